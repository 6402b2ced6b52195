namespace Rocket.Protocol.Messages;

/// <summary>
/// A stored message as clients decode it; pull, view and query bodies are such records back to back. All integers big-endian.
/// <code>
///  0 int32 total size          the whole record, this field included
///  4 int32 magic               V1, or V2 whose topic length is an int16 instead of a byte
///  8 int32 body CRC            CRC-32 of the body without its highest bit
/// 12 int32 queue id
/// 16 int32 flag                the application's
/// 20 int64 queue offset
/// 28 int64 physical offset
/// 36 int32 sysFlag             says how long the two hosts are
/// 40 int64 born timestamp
/// 48 byte[4|16] + int32        born host, port
///    int64 store timestamp
///    byte[4|16] + int32        store host, port
///    int32 reconsume times
///    int64 prepared transaction offset
///    int32 + bytes             body
///    byte|int16 + bytes        topic
///    int16 + bytes             properties
/// </code>
/// </summary>
public static class MessageLayout
{
    /// <summary>Magic of the layout with a one-byte topic length, the only one old clients know.</summary>
    public const int MagicV1 = unchecked((int)0xDAA320A7);

    /// <summary>Magic of the layout with a two-byte topic length.</summary>
    public const int MagicV2 = unchecked((int)0xDAA320AB);

    public const int TotalSizeAt = 0;
    public const int MagicAt = TotalSizeAt + sizeof(int);
    public const int BodyCrcAt = MagicAt + sizeof(int);
    public const int QueueIdAt = BodyCrcAt + sizeof(int);
    public const int FlagAt = QueueIdAt + sizeof(int);
    public const int QueueOffsetAt = FlagAt + sizeof(int);
    public const int PhysicalOffsetAt = QueueOffsetAt + sizeof(long);
    public const int SysFlagAt = PhysicalOffsetAt + sizeof(long);
    public const int BornTimestampAt = SysFlagAt + sizeof(int);

    /// <summary>Last position that is the same in all records; what follows moves with the length of the hosts.</summary>
    public const int BornHostAt = BornTimestampAt + sizeof(long);

    /// <summary>Bytes of an IPv4 host without its port.</summary>
    public const int V4HostBytes = 4;

    /// <summary>Bytes of an IPv6 host without its port.</summary>
    public const int V6HostBytes = 16;

    /// <summary>Bytes of a host's port.</summary>
    public const int PortBytes = sizeof(int);

    /// <summary>Greatest topic of a V1 record that Java clients read: they take the length for a signed byte.</summary>
    public const int MaxTopicBytes = sbyte.MaxValue;

    /// <summary>Greatest property string: its length is an int16.</summary>
    public const int MaxPropertiesBytes = short.MaxValue;

    /// <summary>Bits of the CRC-32 that are kept, so that it is never negative in Java.</summary>
    public const int BodyCrcMask = 0x7FFFFFFF;

    /// <summary>Least V1 record: IPv4 hosts, and neither body nor topic nor properties.</summary>
    public const int LeastBytes = FixedBytesV1 + 2 * V4HostBytes;

    /// <summary>All of a V1 record but hosts' addresses, body, topic and properties.</summary>
    internal const int FixedBytesV1 = BornHostAt
        + PortBytes // born host
        + sizeof(long) // store timestamp
        + PortBytes // store host
        + sizeof(int) // reconsume times
        + sizeof(long) // prepared transaction offset
        + sizeof(int) // body length
        + sizeof(byte) // topic length
        + sizeof(short); // properties length

    /// <summary>Bytes of a record's born host by its sysFlag.</summary>
    public static int BornHostBytes(int sysFlag) => (sysFlag & SystemFlags.BornHostV6) != 0 ? V6HostBytes : V4HostBytes;

    /// <summary>Bytes of a record's store host by its sysFlag.</summary>
    public static int StoreHostBytes(int sysFlag) => (sysFlag & SystemFlags.StoreHostV6) != 0 ? V6HostBytes : V4HostBytes;

    /// <summary>Position of the store timestamp by the record's sysFlag.</summary>
    public static int StoreTimestampAt(int sysFlag) => BornHostAt + BornHostBytes(sysFlag) + PortBytes;
}

using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Rocket.Protocol.Messages;

/// <summary>Writes V1 records in place; see <see cref="MessageLayout"/>.</summary>
public static class MessageWriter
{
    /// <summary>Bytes of the record that <see cref="Write"/> will write.</summary>
    /// <exception cref="ArgumentException">A host is neither 4 nor 16 bytes long, or topic or properties are too long.</exception>
    public static int SizeOf(in MessageFields fields)
    {
        Check(fields);
        return checked(
            MessageLayout.FixedBytesV1 + fields.BornHost.Length + fields.StoreHost.Length
            + BodyLength(fields) + fields.Topic.Length + fields.Properties.Length);
    }

    /// <summary>
    /// Writes a record at the start of <paramref name="destination"/>: body CRC computed, host bits of sysFlag set by the hosts' lengths,
    /// queue offset, physical offset and store timestamp 0 until <see cref="Stamp"/>.
    /// </summary>
    /// <exception cref="ArgumentException">As <see cref="SizeOf"/>, or the destination is shorter than that.</exception>
    public static void Write(Span<byte> destination, in MessageFields fields)
    {
        var size = SizeOf(fields);
        if (destination.Length < size)
        {
            throw new ArgumentException($"a record of {size} bytes does not fit into {destination.Length}", nameof(destination));
        }

        var sysFlag = fields.SysFlag & ~(SystemFlags.BornHostV6 | SystemFlags.StoreHostV6);
        if (fields.BornHost.Length == MessageLayout.V6HostBytes)
        {
            sysFlag |= SystemFlags.BornHostV6;
        }

        if (fields.StoreHost.Length == MessageLayout.V6HostBytes)
        {
            sysFlag |= SystemFlags.StoreHostV6;
        }

        BinaryPrimitives.WriteInt32BigEndian(destination[MessageLayout.TotalSizeAt..], size);
        BinaryPrimitives.WriteInt32BigEndian(destination[MessageLayout.MagicAt..], MessageLayout.MagicV1);
        BinaryPrimitives.WriteInt32BigEndian(destination[MessageLayout.QueueIdAt..], fields.QueueId);
        BinaryPrimitives.WriteInt32BigEndian(destination[MessageLayout.FlagAt..], fields.Flag);
        BinaryPrimitives.WriteInt64BigEndian(destination[MessageLayout.QueueOffsetAt..], 0);
        BinaryPrimitives.WriteInt64BigEndian(destination[MessageLayout.PhysicalOffsetAt..], 0);
        BinaryPrimitives.WriteInt32BigEndian(destination[MessageLayout.SysFlagAt..], sysFlag);
        BinaryPrimitives.WriteInt64BigEndian(destination[MessageLayout.BornTimestampAt..], fields.BornTimestamp);

        var rest = destination[MessageLayout.BornHostAt..size];
        rest = PutHost(rest, fields.BornHost, fields.BornPort);
        rest = PutInt64(rest, 0);
        rest = PutHost(rest, fields.StoreHost, fields.StorePort);
        rest = PutInt32(rest, fields.ReconsumeTimes);
        rest = PutInt64(rest, fields.PreparedTransactionOffset);

        var bodyLength = BodyLength(fields);
        rest = PutInt32(rest, bodyLength);
        var body = rest[..bodyLength];
        fields.Body.CopyTo(body);
        fields.StoredBody.CopyTo(body);
        BinaryPrimitives.WriteInt32BigEndian(destination[MessageLayout.BodyCrcAt..], BodyCrc(body));
        rest = rest[bodyLength..];

        rest[0] = (byte)fields.Topic.Length;
        rest = PutBytes(rest[1..], fields.Topic);
        BinaryPrimitives.WriteInt16BigEndian(rest, (short)fields.Properties.Length);
        PutBytes(rest[sizeof(short)..], fields.Properties);
    }

    /// <summary>Sets what only the queue knows, in a record written before; the body's CRC does not cover it.</summary>
    public static void Stamp(Span<byte> record, long queueOffset, long physicalOffset, long storeTimestamp)
    {
        BinaryPrimitives.WriteInt64BigEndian(record[MessageLayout.QueueOffsetAt..], queueOffset);
        BinaryPrimitives.WriteInt64BigEndian(record[MessageLayout.PhysicalOffsetAt..], physicalOffset);
        var sysFlag = BinaryPrimitives.ReadInt32BigEndian(record[MessageLayout.SysFlagAt..]);
        BinaryPrimitives.WriteInt64BigEndian(record[MessageLayout.StoreTimestampAt(sysFlag)..], storeTimestamp);
    }

    /// <summary>The body CRC that clients may verify: CRC-32 (IEEE) without its highest bit.</summary>
    public static int BodyCrc(ReadOnlySpan<byte> body) => (int)(Crc32.HashToUInt32(body) & MessageLayout.BodyCrcMask);

    private static int BodyLength(in MessageFields fields) => (int)fields.Body.Length + fields.StoredBody.Length;

    private static void Check(in MessageFields fields)
    {
        CheckHost(fields.BornHost.Length, nameof(MessageFields.BornHost));
        CheckHost(fields.StoreHost.Length, nameof(MessageFields.StoreHost));
        CheckLength(fields.Topic.Length, MessageLayout.MaxTopicBytes, nameof(MessageFields.Topic));
        CheckLength(fields.Properties.Length, MessageLayout.MaxPropertiesBytes, nameof(MessageFields.Properties));
        if (!fields.Body.IsEmpty && !fields.StoredBody.IsEmpty)
        {
            throw new ArgumentException("a message has one body", nameof(fields));
        }

        if (fields.Body.Length > int.MaxValue)
        {
            throw new ArgumentException($"a body of {fields.Body.Length} bytes does not fit into a record", nameof(fields));
        }
    }

    private static void CheckHost(int length, string name)
    {
        if (length is MessageLayout.V4HostBytes or MessageLayout.V6HostBytes)
        {
            return;
        }

        throw new ArgumentException($"{name} has {length} bytes, not 4 or 16", name);
    }

    private static void CheckLength(int length, int limit, string name)
    {
        if (length > limit)
        {
            throw new ArgumentException($"{name} has {length} bytes, more than {limit}", name);
        }
    }

    private static Span<byte> PutHost(Span<byte> rest, ReadOnlySpan<byte> host, int port) => PutInt32(PutBytes(rest, host), port);

    private static Span<byte> PutBytes(Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        return rest[bytes.Length..];
    }

    private static Span<byte> PutInt32(Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, value);
        return rest[sizeof(int)..];
    }

    private static Span<byte> PutInt64(Span<byte> rest, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(rest, value);
        return rest[sizeof(long)..];
    }
}

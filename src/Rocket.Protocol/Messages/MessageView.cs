using System.Buffers.Binary;

namespace Rocket.Protocol.Messages;

/// <summary>One stored record (V1 or V2) seen in place, every length checked; see <see cref="MessageLayout"/>.</summary>
public readonly ref struct MessageView
{
    private readonly ReadOnlySpan<byte> _record;
    private readonly int _storeHostAt;
    private readonly int _bodyAt;
    private readonly int _propertiesAt;

    private MessageView(
        ReadOnlySpan<byte> record, int storeHostAt, int bodyAt, int bodyLength, int topicAt, int topicLength, int propertiesAt)
    {
        _record = record;
        _storeHostAt = storeHostAt;
        _bodyAt = bodyAt;
        Body = record.Slice(bodyAt, bodyLength);
        Topic = record.Slice(topicAt, topicLength);
        _propertiesAt = propertiesAt;
    }

    /// <summary>The record's bytes.</summary>
    public ReadOnlySpan<byte> Record => _record;

    /// <summary>Bytes of the record; the next one starts behind them.</summary>
    public int TotalSize => _record.Length;

    /// <summary><see cref="MessageLayout.MagicV1"/> or <see cref="MessageLayout.MagicV2"/>.</summary>
    public int Magic => Int32(MessageLayout.MagicAt);

    /// <summary>The CRC that the record states for its body.</summary>
    public int BodyCrc => Int32(MessageLayout.BodyCrcAt);

    public int QueueId => Int32(MessageLayout.QueueIdAt);

    public int Flag => Int32(MessageLayout.FlagAt);

    public long QueueOffset => Int64(MessageLayout.QueueOffsetAt);

    public long PhysicalOffset => Int64(MessageLayout.PhysicalOffsetAt);

    /// <summary>Bits of <see cref="SystemFlags"/>.</summary>
    public int SysFlag => Int32(MessageLayout.SysFlagAt);

    /// <summary>Milliseconds since 1970 at the client.</summary>
    public long BornTimestamp => Int64(MessageLayout.BornTimestampAt);

    /// <summary>Address of the client: 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> BornHost => _record.Slice(MessageLayout.BornHostAt, MessageLayout.BornHostBytes(SysFlag));

    public int BornPort => Int32(MessageLayout.BornHostAt + MessageLayout.BornHostBytes(SysFlag));

    /// <summary>Milliseconds since 1970 at the broker.</summary>
    public long StoreTimestamp => Int64(_storeHostAt - sizeof(long));

    /// <summary>Address of the broker: 4 or 16 bytes.</summary>
    public ReadOnlySpan<byte> StoreHost => _record.Slice(_storeHostAt, MessageLayout.StoreHostBytes(SysFlag));

    public int StorePort => Int32(_storeHostAt + MessageLayout.StoreHostBytes(SysFlag));

    public int ReconsumeTimes => Int32(_bodyAt - sizeof(int) - sizeof(long) - sizeof(int));

    /// <summary>Physical offset of the half message that this one commits; else 0.</summary>
    public long PreparedTransactionOffset => Int64(_bodyAt - sizeof(int) - sizeof(long));

    public ReadOnlySpan<byte> Body { get; }

    public ReadOnlySpan<byte> Topic { get; }

    /// <summary>The property string, see <see cref="MessageProperties"/>.</summary>
    public ReadOnlySpan<byte> Properties => _record[_propertiesAt..];

    /// <summary>Reads the record at the start of <paramref name="bytes"/>; more may follow it.</summary>
    /// <returns>False when it is no such record, is cut off, or its lengths do not add up to its size.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MessageView view)
    {
        view = default;
        if (bytes.Length < MessageLayout.LeastBytes)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadInt32BigEndian(bytes[MessageLayout.TotalSizeAt..]);
        if (size < MessageLayout.LeastBytes || size > bytes.Length)
        {
            return false;
        }

        var record = bytes[..size];
        var magic = BinaryPrimitives.ReadInt32BigEndian(record[MessageLayout.MagicAt..]);
        if (magic is not (MessageLayout.MagicV1 or MessageLayout.MagicV2))
        {
            return false;
        }

        var sysFlag = BinaryPrimitives.ReadInt32BigEndian(record[MessageLayout.SysFlagAt..]);
        var storeHostAt = MessageLayout.StoreTimestampAt(sysFlag) + sizeof(long);
        var position = storeHostAt + MessageLayout.StoreHostBytes(sysFlag) + MessageLayout.PortBytes + sizeof(int) + sizeof(long);

        if (!TryTakeInt32(record, ref position, out var bodyLength))
        {
            return false;
        }

        var bodyAt = position;
        if (!TrySkip(record, ref position, bodyLength))
        {
            return false;
        }

        if (!TryTakeTopicLength(record, magic, ref position, out var topicLength))
        {
            return false;
        }

        var topicAt = position;
        if (!TrySkip(record, ref position, topicLength))
        {
            return false;
        }

        if (!TryTakeInt16(record, ref position, out var propertiesLength))
        {
            return false;
        }

        if (propertiesLength < 0 || position + propertiesLength != size)
        {
            return false;
        }

        view = new MessageView(record, storeHostAt, bodyAt, bodyLength, topicAt, topicLength, position);
        return true;
    }

    /// <summary>Whether the body is what the record's CRC says.</summary>
    public bool BodyCrcMatches() => MessageWriter.BodyCrc(Body) == BodyCrc;

    private static bool TryTakeTopicLength(ReadOnlySpan<byte> record, int magic, ref int position, out int length)
    {
        if (magic == MessageLayout.MagicV2)
        {
            return TryTakeInt16(record, ref position, out length);
        }

        length = 0;
        if (position >= record.Length)
        {
            return false;
        }

        length = record[position++];
        return true;
    }

    private static bool TryTakeInt16(ReadOnlySpan<byte> record, ref int position, out int value)
    {
        value = 0;
        if (record.Length - position < sizeof(short))
        {
            return false;
        }

        value = BinaryPrimitives.ReadInt16BigEndian(record[position..]);
        position += sizeof(short);
        return true;
    }

    private static bool TryTakeInt32(ReadOnlySpan<byte> record, ref int position, out int value)
    {
        value = 0;
        if (record.Length - position < sizeof(int))
        {
            return false;
        }

        value = BinaryPrimitives.ReadInt32BigEndian(record[position..]);
        position += sizeof(int);
        return true;
    }

    private static bool TrySkip(ReadOnlySpan<byte> record, ref int position, int length)
    {
        if (length < 0 || length > record.Length - position)
        {
            return false;
        }

        position += length;
        return true;
    }

    private int Int32(int position) => BinaryPrimitives.ReadInt32BigEndian(_record[position..]);

    private long Int64(int position) => BinaryPrimitives.ReadInt64BigEndian(_record[position..]);
}

using System.Buffers.Binary;
using System.Net;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Messages;

/// <summary>
/// <code>
/// int32 totalSize | int32 magic | int32 bodyCRC | int32 queueId | int32 flag | int64 queueOffset | int64 physicalOffset | int32 sysFlag
/// int64 bornTimestamp | byte[4|16] ip, int32 port | int64 storeTimestamp | byte[4|16] ip, int32 port | int32 reconsumeTimes
/// int64 preparedTransactionOffset | int32 bodyLength, body | byte (V2: int16) topicLength, topic | int16 propertiesLength, properties
/// </code>
/// </summary>
internal ref struct StoredMessageDecoder
{
    private const int MagicV1 = unchecked((int)0xDAA320A7);
    private const int MagicV2 = unchecked((int)0xDAA320AB);

    private readonly ReadOnlyMemory<byte> _record;
    private int _at;

    private StoredMessageDecoder(ReadOnlyMemory<byte> record) => _record = record;

    public static IReadOnlyList<StoredMessage> DecodeAll(ReadOnlyMemory<byte> bytes)
    {
        List<StoredMessage> messages = [];
        while (!bytes.IsEmpty)
        {
            var size = bytes.Length < 4 ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes.Span);
            if (size <= 0 || size > bytes.Length)
            {
                throw new RemotingFormatException($"message {messages.Count} says {size} B, {bytes.Length} B are there");
            }

            messages.Add(new StoredMessageDecoder(bytes[..size]).Decode());
            bytes = bytes[size..];
        }

        return messages;
    }

    private StoredMessage Decode()
    {
        var totalSize = TakeInt32();
        var version = TakeInt32() switch
        {
            MagicV1 => 1,
            MagicV2 => 2,
            var magic => throw new RemotingFormatException($"magic 0x{magic:X8} is no message"),
        };
        var bodyCrc = TakeInt32();
        var queueId = TakeInt32();
        var flag = TakeInt32();
        var queueOffset = TakeInt64();
        var physicalOffset = TakeInt64();
        var systemFlag = TakeInt32();
        var bornTimestamp = TakeInt64();
        var bornHost = TakeHost((systemFlag & SystemFlag.BornHostV6) != 0);
        var storeTimestamp = TakeInt64();
        var storeHost = TakeHost((systemFlag & SystemFlag.StoreHostV6) != 0);
        var reconsumeTimes = TakeInt32();
        var preparedTransactionOffset = TakeInt64();
        var body = Take(TakeInt32());
        var topic = Utf8Text.Decode(Take(version == 1 ? Take(1).Span[0] : TakeInt16()).Span);
        var propertyText = Utf8Text.Decode(Take(TakeInt16()).Span);
        if (_at != totalSize)
        {
            throw new RemotingFormatException($"a message of {totalSize} B ends at byte {_at}");
        }

        return new StoredMessage
        {
            TotalSize = totalSize,
            Version = version,
            BodyCrc = bodyCrc,
            QueueId = queueId,
            Flag = flag,
            QueueOffset = queueOffset,
            PhysicalOffset = physicalOffset,
            SystemFlag = systemFlag,
            BornTimestamp = bornTimestamp,
            BornHost = bornHost,
            StoreTimestamp = storeTimestamp,
            StoreHost = storeHost,
            ReconsumeTimes = reconsumeTimes,
            PreparedTransactionOffset = preparedTransactionOffset,
            Body = body,
            Topic = topic,
            PropertyText = propertyText,
            Properties = MessageProperties.Parse(propertyText),
        };
    }

    private IPEndPoint TakeHost(bool v6)
    {
        var address = new IPAddress(Take(v6 ? 16 : 4).Span);
        var port = TakeInt32();
        return port is >= 0 and <= IPEndPoint.MaxPort
            ? new IPEndPoint(address, port)
            : throw new RemotingFormatException($"port {port} in a message");
    }

    private int TakeInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2).Span);

    private int TakeInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4).Span);

    private long TakeInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8).Span);

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length < 0 || length > _record.Length - _at)
        {
            throw new RemotingFormatException($"a length of {length} B at byte {_at} of a message of {_record.Length} B");
        }

        var taken = _record.Slice(_at, length);
        _at += length;
        return taken;
    }
}

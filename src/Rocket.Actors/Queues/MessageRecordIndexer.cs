using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Rocket.Actors.Schedules;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Queues;

/// <summary>
/// What index and keys of a queue say of a stored message: the Java hash of TAGS (in the timer queue <see cref="TimerDue"/>), the store timestamp, and the hashes of UNIQ_KEY and of each
/// blank-separated item of KEYS; of a committed message without UNIQ_KEY also <see cref="KeyOfHalf"/>. The sending side gives a batch the very same.
/// </summary>
public sealed class MessageRecordIndexer : IRecordIndexer
{
    private const byte Blank = (byte)' ';

    private static readonly byte[] TimerTopic = Encoding.UTF8.GetBytes(SystemTopics.Timer);

    public static readonly MessageRecordIndexer Instance = new();

    private MessageRecordIndexer()
    {
    }

    /// <returns>false when the payload is not exactly one stored message, or one with another queue offset.</returns>
    public bool TryDescribe(ReadOnlySpan<byte> payload, long expectedOffset, ref RecordDescription description)
    {
        if (!MessageView.TryRead(payload, out var message) || message.TotalSize != payload.Length || message.QueueOffset != expectedOffset)
        {
            return false;
        }

        description.StoreTimestamp = message.StoreTimestamp;
        description.TagHash = TagHashOf(message);
        if (MessageProperties.TryGet(message.Properties, PropertyNames.UniqueKey, out var uniqueKey))
        {
            description.AddKey(KeyHash.Of(uniqueKey));
        }
        else if (message.PreparedTransactionOffset != 0)
        {
            description.AddKey(KeyOfHalf(message.PreparedTransactionOffset));
        }

        if (MessageProperties.TryGet(message.Properties, PropertyNames.Keys, out var keys))
        {
            AddEach(keys, ref description);
        }

        return true;
    }

    /// <summary>What the message of a half is found by that has no UNIQ_KEY. Clients cannot ask for it: it is no text.</summary>
    /// <param name="physicalOffset">Of the half.</param>
    internal static ulong KeyOfHalf(long physicalOffset)
    {
        Span<byte> key = stackalloc byte[1 + sizeof(long)];
        key[0] = MessageProperties.PairSeparator;
        BinaryPrimitives.WriteInt64BigEndian(key[1..], physicalOffset);
        return KeyHash.Of(key);
    }

    private static int TagHashOf(in MessageView message)
    {
        if (message.Topic.SequenceEqual(TimerTopic))
        {
            return MessageProperties.TryGet(message.Properties, PropertyNames.TimerOutMilliseconds, out var digits) && Utf8Parser.TryParse(digits, out long due, out _)
                ? TimerDue.ToIndex(due)
                : 0;
        }

        return MessageProperties.TryGet(message.Properties, PropertyNames.Tags, out var tags) ? JavaHash.OfUtf8(tags) : 0;
    }

    private static void AddEach(ReadOnlySpan<byte> keys, ref RecordDescription description)
    {
        foreach (var range in keys.Split(Blank))
        {
            var key = keys[range];
            if (!key.IsEmpty)
            {
                description.AddKey(KeyHash.Of(key));
            }
        }
    }
}

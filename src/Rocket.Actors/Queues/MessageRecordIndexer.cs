using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Queues;

/// <summary>
/// What index and keys of a queue say of a stored message: the Java hash of TAGS, the store timestamp, and the hashes of UNIQ_KEY and of each
/// blank-separated item of KEYS. The sending side gives a batch the very same.
/// </summary>
public sealed class MessageRecordIndexer : IRecordIndexer
{
    private const byte Blank = (byte)' ';

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
        description.TagHash = MessageProperties.TryGet(message.Properties, PropertyNames.Tags, out var tags) ? JavaHash.OfUtf8(tags) : 0;
        if (MessageProperties.TryGet(message.Properties, PropertyNames.UniqueKey, out var uniqueKey))
        {
            description.AddKey(KeyHash.Of(uniqueKey));
        }

        if (MessageProperties.TryGet(message.Properties, PropertyNames.Keys, out var keys))
        {
            AddEach(keys, ref description);
        }

        return true;
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

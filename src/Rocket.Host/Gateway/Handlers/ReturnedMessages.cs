using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Finds a message that is handed back, and writes how it is stored again.</summary>
internal static class ReturnedMessages
{
    /// <summary>JavaScript clients round greater numbers.</summary>
    private const long GreatestExact = 1L << 53;

    /// <summary>Half of what the greatest physical offsets are rounded to, 2^63 / 2^53.</summary>
    private const long MostRounded = 1L << 9;

    /// <summary>The record that consumers were given at this physical offset; null: there is none.</summary>
    /// <remarks>An offset that may have been rounded names the message with the id that the client says, near it; never another one.</remarks>
    public static byte[]? Find(BrokerContext broker, SendBackRequest question)
    {
        if (question.Offset < GreatestExact)
        {
            return ReadAt(broker, question.Offset, static (_, _) => true, null);
        }

        var exact = ReadAt(broker, question.Offset, HasId, question.OriginMessageId);
        return exact ?? FindNear(broker, question);
    }

    /// <summary>How often a message has come back before.</summary>
    public static int ReconsumeTimesOf(byte[] payload) => MessageView.TryRead(payload, out var message) ? message.ReconsumeTimes : 0;

    /// <summary>Encodes the message; false when its properties grow too long.</summary>
    /// <param name="returned">Takes the record.</param>
    /// <param name="payload">The message as it was consumed.</param>
    /// <param name="topic">Where it is stored.</param>
    /// <param name="queueId">The queue there.</param>
    /// <param name="level">The delay level after which it comes again; 0: at once.</param>
    /// <param name="target">Where it comes again.</param>
    /// <param name="targetQueue">The queue there.</param>
    public static bool TryEncode(ReturnedMessage returned, byte[] payload, TopicHandle topic, int queueId, int level, TopicHandle target, int targetQueue)
    {
        if (!MessageView.TryRead(payload, out var message))
        {
            throw new InvalidOperationException("A stored record is none.");
        }

        // Five pairs are added at most, the longest of them two topics.
        var properties = new byte[message.Properties.Length + 1024];
        var writer = new PropertyWriter(properties);
        writer.AddAll(message.Properties, PropertyNames.Delay, PropertyNames.RealTopic, PropertyNames.RealQueueId);
        if (!MessageProperties.TryGet(message.Properties, PropertyNames.RetryTopic, out _))
        {
            writer.Add(PropertyNames.RetryTopic, message.Topic);
        }

        if (!MessageProperties.TryGet(message.Properties, PropertyNames.OriginMessageId, out _))
        {
            Span<byte> id = stackalloc byte[MessageId.V6Length];
            writer.Add(PropertyNames.OriginMessageId, id[..MessageId.Format(message.StoreHost, message.StorePort, message.PhysicalOffset, id)]);
        }

        if (level > 0)
        {
            writer.Add(PropertyNames.Delay, level);
            writer.Add(PropertyNames.RealTopic, target.Name.Span);
            writer.Add(PropertyNames.RealQueueId, targetQueue);
        }

        if (writer.Written > MessageLayout.MaxPropertiesBytes)
        {
            return false;
        }

        returned.Encode(message, topic, queueId, properties.AsSpan(0, writer.Written));
        return true;
    }

    private static byte[]? ReadAt(BrokerContext broker, long physicalOffset, Func<byte[], string?, bool> isWanted, string? id) =>
        broker.Directory.TryLocate(physicalOffset, out var queue, out var position)
        && !SystemTopics.IsWaitingRoom(queue.Id.Topic)
        && queue.Reader.TryFindAt(position, out var offset, out _)
        && offset < queue.VisibleOffset
        && queue.Reader.TryReadAt(position, out var payload)
        && isWanted(payload, id)
            ? payload
            : null;

    private static byte[]? FindNear(BrokerContext broker, SendBackRequest question)
    {
        if (question.OriginMessageId is not { Length: > 0 } id || !broker.Directory.TryLocate(question.Offset, out var queue, out var position))
        {
            return null;
        }

        Span<long> candidates = stackalloc long[16];
        Span<IndexEntry> entry = stackalloc IndexEntry[1];
        var found = queue.Reader.FindByKey(KeyHash.Of(Encoding.UTF8.GetBytes(id)), 0, long.MaxValue, candidates);
        foreach (var offset in candidates[..found])
        {
            if (offset < queue.VisibleOffset
                && queue.Reader.ReadIndex(offset, entry) == 1
                && Math.Abs(entry[0].Position - position) <= MostRounded
                && queue.Reader.TryReadAt(entry[0].Position, out var payload)
                && HasId(payload, id))
            {
                return payload;
            }
        }

        return null;
    }

    private static bool HasId(byte[] payload, string? id)
    {
        if (id is null || !MessageView.TryRead(payload, out var message))
        {
            return false;
        }

        var wanted = Encoding.UTF8.GetBytes(id);
        return (MessageProperties.TryGet(message.Properties, PropertyNames.UniqueKey, out var own) && own.SequenceEqual(wanted))
            || (MessageId.TryParse(wanted, out var address) && address.PhysicalOffset == message.PhysicalOffset);
    }
}

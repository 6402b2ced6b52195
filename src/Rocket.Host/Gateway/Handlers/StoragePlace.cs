using Rocket.Actors.Schedules;
using Rocket.Actors.Topics;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Where a message is stored: in the queue that it was sent to, or in one where it waits to be delivered there.</summary>
internal readonly ref struct StoragePlace
{
    private readonly TopicHandle? _real;
    private readonly int _realQueueId;

    /// <summary>The queue that it was sent to.</summary>
    public StoragePlace(TopicHandle topic, int queueId, int sysFlag)
    {
        (Topic, QueueId, SysFlag) = (topic, queueId, sysFlag);
    }

    /// <summary>A queue where it waits.</summary>
    /// <param name="topic">The broker's own topic.</param>
    /// <param name="queueId">Its queue.</param>
    /// <param name="sysFlag">Bits of <see cref="SystemFlags"/> as they are stored.</param>
    /// <param name="real">The topic that the message was sent to.</param>
    /// <param name="realQueueId">The queue there.</param>
    public StoragePlace(TopicHandle topic, int queueId, int sysFlag, TopicHandle real, int realQueueId)
        : this(topic, queueId, sysFlag)
    {
        (_real, _realQueueId) = (real, realQueueId);
    }

    /// <summary>Whether it waits for the word of its producer.</summary>
    public bool IsHalf => Topic.Config.Topic == SystemTopics.TransactionHalf;

    /// <summary>When it is to be delivered, in the timer queue; milliseconds since 1970.</summary>
    public long? DueAt { get; init; }

    /// <summary>What the queue's index says of it.</summary>
    public int TagHashOf(in StoredProperties properties) => DueAt is { } due ? TimerDue.ToIndex(due) : properties.TagHash;

    public TopicHandle Topic { get; }

    public int QueueId { get; }

    public int SysFlag { get; }

    /// <summary>Bytes that REAL_TOPIC and REAL_QID take at most.</summary>
    public int AddedLength => _real is null
        ? 0
        : PropertyWriter.LengthOf(PropertyNames.RealTopic, _real.Name.Span) + PropertyWriter.LengthOfNumber(PropertyNames.RealQueueId)
            + (DueAt is null ? 0 : PropertyWriter.LengthOfNumber(PropertyNames.TimerOutMilliseconds));

    /// <summary>Writes the properties that are stored.</summary>
    /// <returns>Bytes written.</returns>
    public int WriteProperties(ReadOnlySpan<byte> properties, ReadOnlySpan<byte> cluster, Span<byte> destination)
    {
        if (_real is null)
        {
            return MessageProperties.WriteStored(properties, cluster, destination);
        }

        // A message that was delivered before and is sent again has another pair of them.
        var length = MessageProperties.WriteStored(properties, cluster, PropertyNames.RealTopic, PropertyNames.RealQueueId, PropertyNames.TimerOutMilliseconds, destination);
        var added = new PropertyWriter(destination, length);
        added.Add(PropertyNames.RealTopic, _real.Name.Span);
        added.Add(PropertyNames.RealQueueId, _realQueueId);
        if (DueAt is { } due)
        {
            added.Add(PropertyNames.TimerOutMilliseconds, due);
        }

        return added.Written;
    }
}

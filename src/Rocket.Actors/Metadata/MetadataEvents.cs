using System.Text.Json.Serialization;
using Rocket.Actors.Groups;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Schedules;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Metadata;

/// <summary>Something that happened to a broker's metadata; journalled before anyone relies on it.</summary>
public interface IMetadataEvent;

/// <summary>Every event of a broker's metadata. Their stored form is pinned by golden bytes: members are added, never renamed.</summary>
public static class MetadataEvents
{
    /// <summary>A topic was created or its config replaced.</summary>
    public sealed record TopicChanged(TopicConfig Config) : IMetadataEvent;

    /// <summary>A topic is gone, and with it its queues' ordinals, the offsets of every group in it and the locks on its queues.</summary>
    public sealed record TopicDeleted(string Topic) : IMetadataEvent;

    /// <summary>A subscription group was created or its config replaced.</summary>
    public sealed record GroupChanged(SubscriptionGroupConfig Config) : IMetadataEvent;

    /// <summary>A subscription group is gone, and with it its locks.</summary>
    /// <param name="Group">Consumer group.</param>
    /// <param name="RemoveOffsets">Whether its offsets are forgotten too; otherwise a group of that name goes on from them.</param>
    public sealed record GroupDeleted(string Group, bool RemoveOffsets) : IMetadataEvent;

    /// <summary>Consumer offsets, many to an event because they are committed in batches. The last one of a queue wins, lower or not.</summary>
    public sealed record OffsetsCommitted(IReadOnlyList<CommittedOffset> Offsets) : IMetadataEvent;

    /// <summary>A queue got an ordinal, the upper bits of its messages' physical offsets.</summary>
    /// <param name="Topic">Topic of the queue.</param>
    /// <param name="QueueId">Queue id.</param>
    /// <param name="Ordinal">The broker's next ordinal: dense from 0, below 2^23, never given twice.</param>
    /// <param name="BasePosition">Position in the queue's log that is offset 0 of this ordinal; rises with each ordinal of a queue.</param>
    public sealed record OrdinalAssigned(string Topic, int QueueId, int Ordinal, long BasePosition) : IMetadataEvent;

    /// <summary>Messages of the broker's timer queue were delivered.</summary>
    public sealed record TimersDelivered(TimerProgress Progress) : IMetadataEvent;

    /// <summary>Messages of a queue of the broker's own cannot be delivered now: how far that queue is delivered tells nothing of them. Replaces what was said of the queue before.</summary>
    /// <param name="Topic">Topic of the queue.</param>
    /// <param name="QueueId">Queue id.</param>
    /// <param name="Offsets">Their offsets, ascending; empty: all were delivered.</param>
    public sealed record MessagesSetAside(string Topic, int QueueId, IReadOnlyList<long> Offsets) : IMetadataEvent;

    /// <summary>A client owns a queue for a group. Renewals are no events.</summary>
    /// <param name="Group">Consumer group.</param>
    /// <param name="Topic">Topic of the queue.</param>
    /// <param name="QueueId">Queue id.</param>
    /// <param name="ClientId">The owner.</param>
    /// <param name="Expiry">Unix time in milliseconds from which another client may take the queue unless it is renewed; for people.</param>
    public sealed record LockGranted(string Group, string Topic, int QueueId, string ClientId, long Expiry) : IMetadataEvent;

    /// <summary>Settings of the name server were written, deleted or taken over from another broker.</summary>
    /// <param name="Entries">How they are known from now on.</param>
    /// <param name="Forgotten">Deleted settings that nobody needs to remember any more; null: none.</param>
    public sealed record KeyValuesChanged(
        IReadOnlyList<KeyValueEntry> Entries,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<KeyValueName>? Forgotten = null) : IMetadataEvent;

    /// <summary>A client gave a queue back, or did not renew its lock; without effect when it is not the owner.</summary>
    public sealed record LockReleased(string Group, string Topic, int QueueId, string ClientId) : IMetadataEvent;
}

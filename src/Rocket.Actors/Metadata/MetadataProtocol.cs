using Akka.Actor;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Actors.Schedules;

namespace Rocket.Actors.Metadata;

/// <summary>What a broker's <see cref="MetadataActor"/> is told and what it answers. All of it stays within one process.</summary>
public static class MetadataProtocol
{
    /// <summary>Makes one event durable, then answers <see cref="Persisted"/> with it to the sender.</summary>
    public sealed record Persist(IMetadataEvent Event) : INoSerializationVerificationNeeded;

    /// <summary>The event is durable.</summary>
    public sealed record Persisted(IMetadataEvent Event) : INoSerializationVerificationNeeded;

    /// <summary>Gives a queue its next ordinal; answered by <see cref="QueueProtocol.OrdinalGranted"/> once it is durable, or by <see cref="QueueProtocol.OrdinalRefused"/>.</summary>
    public sealed record AssignOrdinal(QueueId Queue) : INoSerializationVerificationNeeded;

    /// <summary>Answered by <see cref="OrdinalsFound"/>.</summary>
    public sealed record QueryOrdinals(QueueId Queue) : INoSerializationVerificationNeeded;

    public sealed record OrdinalsFound(QueueId Queue, IReadOnlyList<int> Ordinals) : INoSerializationVerificationNeeded;

    /// <summary>Asks how far the queues of some topics were consumed by all; answered by <see cref="LeastOffsets"/>.</summary>
    public sealed record QueryLeastOffsets(IReadOnlySet<string> Topics) : INoSerializationVerificationNeeded;

    /// <summary>For each queue the least offset that a consumer group has committed, durably; a queue without such a group is left out.</summary>
    public sealed record LeastOffsets(IReadOnlyDictionary<QueueId, long> Offsets) : INoSerializationVerificationNeeded;

    /// <summary>Asks for the offsets of one group; answered by <see cref="OffsetsFound"/>.</summary>
    public sealed record QueryOffsets(string Group) : INoSerializationVerificationNeeded;

    /// <summary>Asks what of the timer queue is delivered; answered by <see cref="TimersFound"/>.</summary>
    public sealed class QueryTimers : INoSerializationVerificationNeeded
    {
        public static readonly QueryTimers Instance = new();
    }

    public sealed record TimersFound(TimerProgress Progress) : INoSerializationVerificationNeeded;

    /// <summary>Asks what of a topic of the broker's own could not be delivered; answered by <see cref="SetAsideFound"/>.</summary>
    public sealed record QuerySetAside(string Topic) : INoSerializationVerificationNeeded;

    public sealed record SetAsideFound(IReadOnlyList<MetadataEvents.MessagesSetAside> Queues) : INoSerializationVerificationNeeded;

    public sealed record OffsetsFound(IReadOnlyList<CommittedOffset> Offsets) : INoSerializationVerificationNeeded;

    /// <summary>Asks what an earlier group of this name has left behind; answered by <see cref="LeftOffsets"/>.</summary>
    public sealed record QueryLeftOffsets(SubscriptionGroupConfig Config) : INoSerializationVerificationNeeded;

    /// <param name="Config">The configuration that was asked with.</param>
    /// <param name="Offsets">Every offset of the group that is durable.</param>
    public sealed record LeftOffsets(SubscriptionGroupConfig Config, IReadOnlyList<CommittedOffset> Offsets) : INoSerializationVerificationNeeded;

    /// <summary>Asks for one durable offset, of a group that need not exist any more; answered by <see cref="GroupProtocol.OffsetFound"/>.</summary>
    public sealed record QueryOffset(string Group, QueueId Queue) : INoSerializationVerificationNeeded;

    /// <summary>Code 43: asks for every durable offset; answered by <see cref="AllOffsets"/>.</summary>
    public sealed class QueryAllOffsets : INoSerializationVerificationNeeded
    {
        public static readonly QueryAllOffsets Instance = new();
    }

    /// <summary>Every durable offset, also of groups that do not exist any more; not how far the broker itself has come.</summary>
    public sealed record AllOffsets(IReadOnlyList<TopicOffsets> Offsets) : INoSerializationVerificationNeeded;

    /// <summary>Told to the broker once, when the metadata are recovered.</summary>
    public sealed record Recovered(MetadataSnapshot Snapshot) : INoSerializationVerificationNeeded;

    /// <summary>Told to the broker instead: its metadata cannot be recovered, and the actor ends.</summary>
    public sealed record NotRecovered(Exception Reason) : INoSerializationVerificationNeeded;

    /// <summary>Time to see whether changes that found no room on the disk find some now.</summary>
    internal sealed class RoomDue : INoSerializationVerificationNeeded
    {
        public static readonly RoomDue Instance = new();
    }

    /// <summary>The broker is about to stop: changes wait for room on the disk no longer.</summary>
    public sealed class WaitNoLonger : INoSerializationVerificationNeeded
    {
        public static readonly WaitNoLonger Instance = new();
    }

    /// <summary>Stops the actor after everything that it was told before is durable.</summary>
    public sealed class StopMetadata : INoSerializationVerificationNeeded
    {
        public static readonly StopMetadata Instance = new();
    }
}

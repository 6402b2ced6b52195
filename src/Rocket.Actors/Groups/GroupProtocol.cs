using Akka.Actor;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Groups;

/// <summary>What a <see cref="GroupActor"/> is told and what it answers. All of it stays within one process.</summary>
public static class GroupProtocol
{
    /// <summary>What is answered: with a <see cref="GroupEndedException"/> if the group's actor has ended before it took it.</summary>
    public interface IQuestion : INoSerializationVerificationNeeded;

    /// <summary>Gives the group its part of the broker's metadata; answered by <see cref="GroupReady"/>.</summary>
    public sealed record StartGroup(
        SubscriptionGroupConfig Config, IReadOnlyList<CommittedOffset> Offsets, IReadOnlyList<QueueLock> Locks, IActorRef Metadata)
        : INoSerializationVerificationNeeded;

    /// <summary>A <see cref="StartGroup"/> met the group's last actor, which had ended, and came to nothing: it is to be told again.</summary>
    public sealed class StartLost : INoSerializationVerificationNeeded
    {
        public static readonly StartLost Instance = new();
    }

    public sealed record GroupReady(GroupHandle Handle) : INoSerializationVerificationNeeded;

    /// <summary>Code 15 and the offset within a pull. Not answered: it is durable within a second.</summary>
    public sealed record CommitOffset(QueueId Queue, long Offset) : INoSerializationVerificationNeeded;

    /// <summary>Code 14; answered by <see cref="OffsetFound"/>.</summary>
    public sealed record QueryOffset(QueueId Queue) : IQuestion;

    /// <summary>The committed offset, or null when the group never committed one for this queue.</summary>
    public sealed record OffsetFound(long? Offset) : INoSerializationVerificationNeeded;

    /// <summary>How far the group has come in all its queues; answered by <see cref="ProgressFound"/>.</summary>
    public sealed class QueryProgress : IQuestion
    {
        public static readonly QueryProgress Instance = new();
    }

    /// <param name="Offsets">Every committed offset.</param>
    /// <param name="Owners">The client that consumes a queue in order; only queues that are locked now.</param>
    public sealed record ProgressFound(IReadOnlyList<CommittedOffset> Offsets, IReadOnlyDictionary<QueueId, string> Owners)
        : INoSerializationVerificationNeeded;

    /// <summary>Whether the group has committed an offset in any queue of a topic; answered by <see cref="TopicLookedUp"/>.</summary>
    public sealed record LookUpTopic(string Topic) : INoSerializationVerificationNeeded;

    public sealed record TopicLookedUp(bool HasOffsets) : INoSerializationVerificationNeeded;

    /// <summary>Code 41; answered by <see cref="QueuesLocked"/> after the grants are durable.</summary>
    public sealed record LockQueues(string ClientId, IReadOnlyList<QueueId> Queues) : IQuestion;

    /// <summary>The asked queues that the client owns now.</summary>
    public sealed record QueuesLocked(IReadOnlyList<QueueId> Queues) : INoSerializationVerificationNeeded;

    /// <summary>Code 42; answered by <see cref="QueuesUnlocked"/>.</summary>
    public sealed record UnlockQueues(string ClientId, IReadOnlyList<QueueId> Queues) : IQuestion;

    public sealed class QueuesUnlocked : INoSerializationVerificationNeeded
    {
        public static readonly QueuesUnlocked Instance = new();
    }

    /// <summary>Time to make the offsets committed since the last time durable.</summary>
    internal sealed class PersistOffsetsDue : INoSerializationVerificationNeeded
    {
        public static readonly PersistOffsetsDue Instance = new();
    }

    /// <summary>Time to look for locks that nobody renewed.</summary>
    internal sealed class LocksDue : INoSerializationVerificationNeeded
    {
        public static readonly LocksDue Instance = new();
    }
}

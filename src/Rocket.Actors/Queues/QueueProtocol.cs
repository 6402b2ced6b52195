using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>What a <see cref="MessageQueueActor"/> is told and what it answers. All of it stays within one process.</summary>
public static class QueueProtocol
{
    /// <summary>Makes the entity lead its queue: recover the log, then answer <see cref="QueueReady"/> to the sender.</summary>
    /// <param name="Broker">Broker name.</param>
    /// <param name="Id">The queue.</param>
    /// <param name="Epoch">The reign that it belongs to.</param>
    /// <param name="Ordinals">Those that it has.</param>
    /// <param name="Metadata">Gives further ones.</param>
    /// <param name="Copies">The broker's <c>CopiesActor</c>; nobody: no other node holds a copy.</param>
    public sealed record StartQueue(string Broker, QueueId Id, long Epoch, QueueOrdinals Ordinals, IActorRef Metadata, IActorRef Copies)
        : INoSerializationVerificationNeeded;

    /// <summary>The queue takes messages; its handle may be published.</summary>
    public sealed record QueueReady(QueueHandle Handle) : INoSerializationVerificationNeeded;

    /// <summary>The queue's log refuses to open; a person has to look. The rest of the broker goes on.</summary>
    public sealed record QueueDamaged(QueueId Id, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>The queue's log could not be opened this time (too many open files, no permission): it may be tried again.</summary>
    public sealed record QueueNotOpened(QueueId Id, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>The metadata of the broker hold a further ordinal for this queue.</summary>
    public sealed record OrdinalGranted(QueueId Id, int Ordinal) : INoSerializationVerificationNeeded;

    /// <summary>The broker has no ordinal left to give.</summary>
    public sealed record OrdinalRefused(QueueId Id) : INoSerializationVerificationNeeded;

    /// <summary>Self-told on a batch's first append: all that queued up meanwhile becomes one write.</summary>
    internal sealed class FlushDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly FlushDue Instance = new();
    }

    /// <summary>Under async-flush: the oldest unflushed record has waited for its flush-interval.</summary>
    internal sealed class BackgroundFlushDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly BackgroundFlushDue Instance = new();
    }

    /// <summary>A flush thread has made everything up to this point durable.</summary>
    internal sealed record Flushed(RecordLog Log, LogPoint Point) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Retention: delete a segment. Answered by <see cref="SegmentDropped"/> or <see cref="SegmentKept"/>.</summary>
    public sealed record DropSegment(SegmentDeletion Deletion) : INoSerializationVerificationNeeded;

    /// <summary>The segment is gone, and the queue's minimum offset has followed.</summary>
    public sealed record SegmentDropped(DropSegment Request) : INoSerializationVerificationNeeded;

    /// <summary>The segment could not be deleted, or not now.</summary>
    public sealed record SegmentKept(DropSegment Request, string Reason) : INoSerializationVerificationNeeded;

    /// <summary>A flush failed; the log is poisoned.</summary>
    internal sealed record FlushFailed(RecordLog Log, Exception Reason) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>The last flush of a queue that stops is done, and the log's checkpoint says that nothing follows.</summary>
    internal sealed record Closed(RecordLog Log) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Time to look for held pulls and unflushed sends whose time is over.</summary>
    internal sealed class DeadlinesDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly DeadlinesDue Instance = new();
    }

    /// <summary>Time to close without what copies lack.</summary>
    internal sealed class DrainLate : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly DrainLate Instance = new();
    }

    /// <summary>Time to tell the copies what they may show.</summary>
    internal sealed class MarksDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly MarksDue Instance = new();
    }

    /// <summary>Time to try to recover a log whose write failed.</summary>
    internal sealed class ReopenDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly ReopenDue Instance = new();
    }
}

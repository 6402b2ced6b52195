using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>The log of a queue as its copies' sessions and the catch-up threads see it: everything becomes a message to the queue's actor.</summary>
internal sealed class CopiedQueue(IActorRef queue, RecordLog log) : ICopiedLog, ICatchUpOwner
{
    private QueueHandle? _handle;

    public RecordLog Log => log;

    public long VisibleOffset => Volatile.Read(ref _handle)?.VisibleOffset ?? -1;

    /// <summary>From now on it is known what consumers may see.</summary>
    public void Open(QueueHandle handle) => Volatile.Write(ref _handle, handle);

    public void Aligned(ICopySession session, int number, LogPoint at) => Tell(new CopyAligned(this, session, number, at));

    public void Acknowledged(ICopySession session, LogPoint appended, LogPoint flushed) => Tell(new CopyAcknowledged(this, session, appended, flushed));

    public void RoomAgain(ICopySession session) => Tell(new CopyHasRoom(this, session));

    public void Ended(ICopySession session) => Tell(new CopyEnded(this, session));

    public void Count(string node, bool counts) => Tell(new CopyCounts(this, node, counts));

    public void WasRead(CopyRead read, LogPoint next, bool isSent) => Tell(new CopyWasRead(this, read, next, isSent));

    public void WasDropped(CopyRead read) => Tell(new CopyWasDropped(this, read));

    public void CannotRead(CopyRead read, Exception reason) => Tell(new CopyCannotBeRead(this, read, reason));

    private void Tell(CopyEvent happened) => queue.Tell(happened, ActorRefs.NoSender);
}

/// <summary>Something happened to a copy of a queue's log.</summary>
/// <param name="Of">The log; another one than the queue's present one: it was replaced meanwhile.</param>
internal abstract record CopyEvent(CopiedQueue Of) : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public abstract void ApplyTo(LogCopies copies);
}

internal sealed record CopyAligned(CopiedQueue Of, ICopySession Session, int Log, LogPoint At) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.Aligned(Session, Log, At);
}

internal sealed record CopyAcknowledged(CopiedQueue Of, ICopySession Session, LogPoint Appended, LogPoint Flushed) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.Acknowledged(Session, Appended, Flushed);
}

internal sealed record CopyHasRoom(CopiedQueue Of, ICopySession Session) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.RoomAgain(Session);
}

internal sealed record CopyEnded(CopiedQueue Of, ICopySession Session) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.Ended(Session);
}

internal sealed record CopyCounts(CopiedQueue Of, string Node, bool Counts) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.Count(Node, Counts);
}

internal sealed record CopyWasRead(CopiedQueue Of, CopyRead Read, LogPoint Next, bool IsSent) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.WasRead(Read, Next, IsSent);
}

internal sealed record CopyWasDropped(CopiedQueue Of, CopyRead Read) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.Lost(Read);
}

/// <summary>What is damaged here must not spread.</summary>
internal sealed record CopyCannotBeRead(CopiedQueue Of, CopyRead Read, Exception Reason) : CopyEvent(Of)
{
    public override void ApplyTo(LogCopies copies) => copies.CannotRead(Read, Reason.Message);
}

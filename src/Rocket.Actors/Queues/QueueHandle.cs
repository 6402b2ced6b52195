using Akka.Actor;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>
/// What a node knows of one queue that it leads: the actor that writes, and the side that any thread may read.
/// Published by the queue's actor; the gateway keeps no other state of a queue.
/// </summary>
public sealed class QueueHandle : IReadableQueue
{
    private readonly long _budget;
    private long _outstanding;
    private volatile RecordLog _log;
    private volatile QueueOrdinals _ordinals;
    private long _visible = -1;

    public QueueHandle(QueueId id, IActorRef actor, RecordLog log, QueueOrdinals ordinals, long outstandingBytes)
    {
        Id = id;
        Actor = actor;
        _log = log;
        _ordinals = ordinals;
        _budget = outstandingBytes;
    }

    public QueueId Id { get; }

    public IActorRef Actor { get; }

    public bool IsCopy => false;

    /// <summary>First offset that can still be read.</summary>
    public long MinimumOffset => _log.Watermarks.MinimumOffset;

    /// <summary>Offset behind the last record that consumers may see: every node in sync has it, flushed under sync-flush. Never goes back. −1: not known yet.</summary>
    public long VisibleOffset => Volatile.Read(ref _visible);

    /// <summary>Offset behind the last record that is written, which consumers may not see yet.</summary>
    public long AppendedOffset => _log.Watermarks.AppendedOffset;

    /// <summary>Offset behind the last record that is known to be on the disk.</summary>
    public long FlushedOffset => _log.Watermarks.FlushedOffset;

    /// <summary>Bytes between the oldest and the newest record.</summary>
    public long StoredBytes => _log.Watermarks.AppendedPosition - _log.Watermarks.MinimumPosition;

    /// <summary>What retention may delete of it, oldest first; may read from the disk. Nothing that consumers do not see yet: a copy may lack it.</summary>
    public IReadOnlyList<SegmentInfo> SealedSegments
    {
        get
        {
            var visible = VisibleOffset;
            return [.. _log.SealedSegments.Where(segment => segment.End.Offset <= visible)];
        }
    }

    public long EndPosition => _log.Watermarks.AppendedPosition;

    public LogReader Reader => _log.Reader;

    public QueueOrdinals Ordinals => _ordinals;

    /// <summary>Bytes that were offered and not answered yet.</summary>
    public long OutstandingBytes => Volatile.Read(ref _outstanding);

    /// <summary>Pulls that wait for messages.</summary>
    public int WaitingPulls { get; internal set; }

    /// <summary>Why the queue takes no messages now, for a person; null: it does.</summary>
    public string? WriteFailure => _log.Poisoned?.Message;

    /// <summary>Takes bytes from the queue's budget. An append larger than the whole budget fits an idle queue.</summary>
    internal bool TryAdmit(int bytes)
    {
        var after = Interlocked.Add(ref _outstanding, bytes);
        if (after <= _budget || after == bytes)
        {
            return true;
        }

        Interlocked.Add(ref _outstanding, -bytes);
        return false;
    }

    internal void Release(int bytes) => Interlocked.Add(ref _outstanding, -bytes);

    /// <summary>The log was recovered anew after a write error.</summary>
    internal void Reopened(RecordLog log) => _log = log;

    internal void Show(long visibleOffset)
    {
        if (visibleOffset < _visible)
        {
            throw new InvalidOperationException($"What consumers of {Id} see would go back from {_visible} to {visibleOffset}.");
        }

        Volatile.Write(ref _visible, visibleOffset);
    }

    internal void Extended(QueueOrdinals ordinals) => _ordinals = ordinals;
}

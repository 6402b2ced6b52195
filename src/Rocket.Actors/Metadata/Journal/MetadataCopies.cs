using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>
/// The copies of a broker's metadata log on other nodes. Whatever the broker's role is, a change is confirmed, and relied on, only once every copy that counts has it. Any
/// thread; calls take turns.
/// </summary>
public sealed class MetadataCopies : ICopiedLog, ICatchUpOwner
{
    /// <summary>Bytes that a copy may be sent without having acknowledged them.</summary>
    private const long Window = 8 << 20;

    private static readonly MetadataRecordIndexer Indexer = new();

    private readonly Lock _gate = new();
    private readonly bool _flushes;
    private readonly bool _hasCopies;
    private readonly FlushThreads _threads;
    private readonly Queue<(long EndOffset, TaskCompletionSource Confirmed)> _unconfirmed = new();
    private readonly List<Action<LogCopies>> _early = [];
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogCopies? _copies;
    private Exception? _ended;
    private long _visible = -1;

    /// <param name="log">The log.</param>
    /// <param name="flushes">sync-flush: a copy counts where it is flushed.</param>
    /// <param name="threads">Read for copies that are behind.</param>
    /// <param name="hasCopies">Whether other nodes hold copies, or may come to.</param>
    public MetadataCopies(RecordLog log, bool flushes, FlushThreads threads, bool hasCopies)
    {
        (Log, _flushes, _threads, _hasCopies) = (log, flushes, threads, hasCopies);
    }

    public RecordLog Log { get; }

    /// <summary>
    /// Bytes that a record may have: as many as the log takes and, so that a copy can be sent it, as fit into one frame between nodes.
    /// </summary>
    internal int GreatestRecord => Math.Min(Log.Options.MaxRecordSize, _hasCopies ? RecordFrame.MaxRunBytes - RecordLayout.HeaderSize - IndexLayout.EntrySize : int.MaxValue);

    /// <summary>Every copy that counts holds all that was found in the log.</summary>
    public Task Opened => _opened.Task;

    /// <inheritdoc/>
    public long VisibleOffset => Volatile.Read(ref _visible);

    /// <summary>Copies of a log that no other node has.</summary>
    internal static MetadataCopies None(RecordLog log, bool flushes)
    {
        var copies = new MetadataCopies(log, flushes, null!, hasCopies: false);
        copies.Begin([]);
        return copies;
    }

    /// <summary>It is known whose copies count. Flushes, if that is necessary for opening.</summary>
    public void Begin(IEnumerable<string> counting)
    {
        lock (_gate)
        {
            if (_flushes && Log.Watermarks.FlushedOffset < Log.Watermarks.AppendedOffset)
            {
                Log.Flush();
            }

            _copies = new LogCopies(Log, _flushes, counting, Window);
            _early.ForEach(change => change(_copies));
            _early.Clear();
            Moved();
        }
    }

    /// <summary>Writes records and sends them on. Together, so that nobody who reads for a copy meanwhile is further than what the copies were told.</summary>
    /// <returns>Ends once they are confirmed; fails when the log was closed before.</returns>
    /// <exception cref="LogPoisonedException">This write or an earlier one failed.</exception>
    internal Task Append(LogBatch batch)
    {
        lock (_gate)
        {
            var copies = Begun;
            Log.Append(batch);
            var run = batch.Run;
            copies.Appended(run);
            var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _unconfirmed.Enqueue((run.End.Offset, confirmed));
            if (_flushes)
            {
                Log.Flush();
            }

            copies.Flushed(Log.Watermarks.FlushedOffset);
            Moved();
            return confirmed.Task;
        }
    }

    /// <summary>Makes durable what is written; under async-flush nobody waits for it.</summary>
    /// <exception cref="LogPoisonedException">The disk refuses.</exception>
    public void Flush()
    {
        Log.Flush();
        lock (_gate)
        {
            Begun.Flushed(Log.Watermarks.FlushedOffset);
            Moved();
        }
    }

    /// <summary>The reign is over: what is not confirmed never will be by this node.</summary>
    internal void End(Exception reason)
    {
        lock (_gate)
        {
            _ended ??= reason;
            _opened.TrySetException(reason);
            _ = _opened.Task.Exception;
            while (_unconfirmed.TryDequeue(out var waiting))
            {
                waiting.Confirmed.TrySetException(reason);
            }
        }
    }

    /// <inheritdoc/>
    public void Aligned(ICopySession session, int log, LogPoint at) => Do(copies => copies.Aligned(session, log, at));

    /// <inheritdoc/>
    public void Acknowledged(ICopySession session, LogPoint appended, LogPoint flushed) => Do(copies => copies.Acknowledged(session, appended, flushed));

    /// <inheritdoc/>
    public void RoomAgain(ICopySession session) => Do(copies => copies.RoomAgain(session));

    /// <inheritdoc/>
    public void Ended(ICopySession session) => Do(copies => copies.Ended(session));

    /// <inheritdoc/>
    public void Count(string node, bool counts) => Do(copies => copies.Count(node, counts));

    /// <inheritdoc/>
    void ICatchUpOwner.WasRead(CopyRead read, LogPoint next, bool isSent) => Do(copies => copies.WasRead(read, next, isSent));

    /// <inheritdoc/>
    void ICatchUpOwner.WasDropped(CopyRead read) => Do(copies => copies.Lost(read));

    /// <inheritdoc/>
    void ICatchUpOwner.CannotRead(CopyRead read, Exception reason) => Do(copies => copies.CannotRead(read, reason.Message));

    private LogCopies Begun => _copies ?? throw new InvalidOperationException("It is not known yet whose copies count.");

    private void Do(Action<LogCopies> change)
    {
        lock (_gate)
        {
            if (_ended is not null)
            {
                return;
            }

            // A session may be quicker than the answer that says whose copies count.
            if (_copies is null)
            {
                _early.Add(change);
                return;
            }

            change(_copies);
            Moved();
        }
    }

    private void Moved()
    {
        var copies = Begun;
        while (copies.TryBeginRead(out var read))
        {
            _threads.StartCatchUp(new CatchUpJob(read, Log, Indexer, this, _threads.Pace));
        }

        if (!copies.Marks.IsOpen)
        {
            return;
        }

        Volatile.Write(ref _visible, copies.Marks.VisibleOffset);
        var counted = copies.Marks.CountedOffset;
        while (_unconfirmed.TryPeek(out var first) && first.EndOffset <= counted)
        {
            _unconfirmed.Dequeue();
            first.Confirmed.SetResult();
        }

        copies.TellMarks();
        _opened.TrySetResult();
    }
}

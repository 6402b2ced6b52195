using Rocket.Actors.Cluster;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Queues;

/// <summary>
/// The decisions of one queue that leads: what is in the batch, who waits for which flush, when to flush. No clock, no thread and no message of its own;
/// <see cref="MessageQueueActor"/> calls it and does what it asks for.
/// </summary>
/// <remarks>
/// An append is copied into the batch, given its offsets, written with everything that queued up meanwhile, sent to the copies, and answered: with WAIT=false after the
/// write, else once this node holds it firmly enough (under sync-flush: flushed) and, under sync-master, every copy that counts does too.
/// </remarks>
internal sealed class QueueState : IDisposable
{
    /// <summary>A batch is written at once when it reaches this size, so that it stays in the processor's cache.</summary>
    private const int GreatestBatchBytes = 1 << 20;

    private readonly QueueHandle _handle;
    private readonly BrokerSettings _settings;
    private readonly TimeProvider _time;
    private readonly long _epoch;
    private readonly long _flushTimeout;
    private readonly long _slaveTimeout;
    private readonly bool _confirmsAtCopies;
    private readonly LogBatch _batch = new();
    private readonly List<Append> _batched = [];
    private readonly Queue<Append> _withoutOrdinal = new();
    private readonly PendingReplies _unconfirmed = new();
    private readonly HiddenTags _hidden = new();
    private readonly PullWaiters _waiters;
    private int[] _arrivedTags = new int[16];
    private RecordLog _log;
    private LogCopies _copies;
    private long _batchTime;
    private bool _busy;

    public QueueState(
        QueueHandle handle, RecordLog log, LogCopies copies, long epoch, BrokerSettings settings, int waitingPulls, TimeProvider time)
    {
        _handle = handle;
        _log = log;
        _copies = copies;
        _epoch = epoch;
        _settings = settings;
        _time = time;
        _flushTimeout = (long)(settings.SyncFlushTimeout.TotalSeconds * time.TimestampFrequency);
        _slaveTimeout = (long)(settings.SlaveTimeout.TotalSeconds * time.TimestampFrequency);

        // A producer that hears of its half message goes on to commit what it did: that half has to survive whatever the broker's role.
        _confirmsAtCopies = settings.Role == BrokerRole.SyncMaster || handle.Id.Topic == SystemTopics.TransactionHalf;
        _waiters = new PullWaiters(waitingPulls);
        _batchTime = LastTimestampOf(log);
        ShowVisible();
    }

    public RecordLog Log => _log;

    /// <summary>Whether the broker goes on without copies that its placement names: then nothing is confirmed.</summary>
    public Func<bool> IsDegraded { get; init; } = static () => false;

    /// <summary>The log's copies on other nodes; after a call <see cref="CopiesMoved"/> follows.</summary>
    public LogCopies Copies => _copies;

    /// <summary>It is known what consumers may see: before that nobody is answered.</summary>
    public bool IsOpen => _copies.Marks.IsOpen;

    /// <summary>Appends wait for an ordinal: the broker's metadata have to grant one.</summary>
    public bool NeedsOrdinal => _withoutOrdinal.Count > 0;

    /// <summary>Something waits whose time can be over.</summary>
    public bool HasDeadlines => _waiters.Count > 0 || _unconfirmed.Count > 0;

    /// <summary>Another node is about to lead: whichever copy counts has to have everything first, also what was confirmed without it.</summary>
    public bool IsHandedOver { get; set; }

    /// <summary>Copies are waited for: by sends that are as firm here as they have to be, or because one of them leads next.</summary>
    public bool AwaitsCopies => IsHandedOver ? IsCopyBehind : _unconfirmed.Count > 0 && _copies.Marks.OwnOffset == _log.Watermarks.AppendedOffset;

    private bool IsCopyBehind => _copies.Marks is { InSync: > 1 } marks && marks.CountedOffset < _log.Watermarks.AppendedOffset;

    /// <summary>Records are written that are not known to be on disk, and no job is under way.</summary>
    public bool WantsFlush => !_busy && _log.Watermarks.FlushedOffset < _log.Watermarks.AppendedOffset;

    /// <summary>A job is under way on the log, as it is or as it was before it failed: a flush, or the drop of a segment.</summary>
    public bool IsBusy => _busy;

    /// <summary>Somebody waits for that flush: sends, or the queue itself, which does not open before.</summary>
    public bool WantsFlushNow => WantsFlush && (_unconfirmed.Count > 0 || !IsOpen || (IsHandedOver && IsCopyBehind)) && _settings.FlushDiskType == FlushDiskType.SyncFlush;

    /// <summary>
    /// Takes an append into the batch. True: it is the first of a batch, which has to be written soon and flushed as is due. A batch that was large enough
    /// to be written at once counts as well.
    /// </summary>
    public bool Take(Append append)
    {
        if (_withoutOrdinal.Count > 0 || !IsCovered(append))
        {
            _withoutOrdinal.Enqueue(append);
            return false;
        }

        return TakeIntoBatch(append);
    }

    private bool TakeIntoBatch(Append append)
    {
        var first = _batched.Count == 0;

        // Known from here on, so that it is answered whatever happens below.
        _batched.Add(append);
        if (first)
        {
            _batch.Begin(_log, _epoch);
            _batchTime = Math.Max(_batchTime, _time.GetUtcNow().ToUnixTimeMilliseconds());
        }

        Encode(append);
        if (_batch.Bytes >= GreatestBatchBytes)
        {
            Write();
        }

        return first;
    }

    /// <summary>
    /// Takes what waited for this ordinal. True as in <see cref="Take"/>, and it throws what <see cref="Write"/> does. More may wait for a further
    /// ordinal afterwards.
    /// </summary>
    public bool Granted(int ordinal)
    {
        _handle.Extended(_handle.Ordinals.With(ordinal));
        var first = false;
        while (_withoutOrdinal.TryPeek(out var append) && IsCovered(append))
        {
            _withoutOrdinal.Dequeue();
            first |= TakeIntoBatch(append);
        }

        return first;
    }

    /// <summary>
    /// Writes the batch and answers what needs no flush.
    /// Throws what the storage throws; the log is then poisoned and nothing of the batch was stored: <see cref="Fail"/> follows.
    /// </summary>
    public void Write()
    {
        if (_batched.Count == 0)
        {
            return;
        }

        var records = _batch.Count;
        _log.Append(_batch);
        _copies.Appended(_batch.Run);
        _batch.Clear();
        _hidden.Add(_arrivedTags.AsSpan(0, records));
        AwaitConfirmation();
        CopiesMoved();
    }

    /// <summary>Something has become known of this log or its copies: what is confirmed now is answered, what is visible now is shown.</summary>
    public void CopiesMoved()
    {
        // Shown first: who is answered may look for it at once.
        if (IsOpen)
        {
            ShowVisible();
        }

        AnswerConfirmed();
    }

    /// <summary>A job starts; there is at most one under way.</summary>
    public void JobStarted()
    {
        if (_busy)
        {
            throw new InvalidOperationException("A job of this queue is under way already.");
        }

        _busy = true;
    }

    /// <summary>A job ended well: everything before <paramref name="offset"/> is on disk.</summary>
    public void Flushed(long offset)
    {
        _busy = false;
        _copies.Flushed(offset);
        CopiesMoved();
    }

    /// <summary>A job ended, and what it achieved matters to nobody any more.</summary>
    public void JobEnded() => _busy = false;

    /// <summary>No ordinal will come: what waits for one cannot be stored.</summary>
    public void RefuseWithoutOrdinal()
    {
        while (_withoutOrdinal.TryDequeue(out var append))
        {
            append.Answer(AppendOutcome.Unavailable);
        }
    }

    /// <summary>The log is poisoned: nobody may be told that his message is safe.</summary>
    public void Fail()
    {
        foreach (var append in _batched)
        {
            append.Answer(AppendOutcome.Unavailable);
        }

        _batched.Clear();
        _batch.Clear();
        RefuseWithoutOrdinal();
        _unconfirmed.FailAll(AppendOutcome.Unavailable);
    }

    /// <summary>
    /// Goes on with a log that was recovered after a write error; no job of the old one may be under way. What the failed write left there counts: held
    /// pulls see it.
    /// </summary>
    public void Reopened(RecordLog log, LogCopies copies)
    {
        if (_busy)
        {
            throw new InvalidOperationException("A job of the log that failed is still under way.");
        }

        _batchTime = Math.Max(_batchTime, LastTimestampOf(log));
        (_log, _copies) = (log, copies);
        _handle.Reopened(log);
        _hidden.Clear();
        CopiesMoved();
        _waiters.WakeBelow(_handle.VisibleOffset);
    }

    /// <summary>Holds a pull, unless there is something that it has not looked at or too many wait: then it looks or is woken at once.</summary>
    public void Hold(PullWaiter waiter)
    {
        if (waiter.Offset < _handle.VisibleOffset)
        {
            waiter.LookAgain();
        }
        else if (!_waiters.TryAdd(waiter))
        {
            waiter.Wake();
        }

        _handle.WaitingPulls = _waiters.Count;
    }

    /// <summary>Ends the waiting of those whose time is over.</summary>
    public void ExpireDeadlines()
    {
        var now = _time.GetTimestamp();
        _waiters.Expire(now);
        _handle.WaitingPulls = _waiters.Count;
        _unconfirmed.Expire(now, _copies.Marks.OwnOffset, _flushTimeout, _slaveTimeout);
    }

    public void Dispose()
    {
        Fail();
        _waiters.WakeAll();
        _batch.Dispose();
        _log.Dispose();
    }

    private long NextPosition => _batched.Count == 0 ? _log.Watermarks.AppendedPosition : _batch.NextPosition;

    /// <summary>Whether there is an ordinal for every record of an append, wherever in it 2^40 bytes are full.</summary>
    private bool IsCovered(Append append) =>
        _handle.Ordinals.Covers(NextPosition + append.AdmittedBytes + ((long)append.RecordCount * RecordLayout.HeaderSize));

    private void Encode(Append append)
    {
        append.Take(_batch.NextOffset);
        var ordinals = _handle.Ordinals;
        for (var i = 0; i < append.RecordCount; i++)
        {
            ref var record = ref append.Records[i];
            var stored = _batch.Add(append.Buffer.AsSpan(record.Start, record.Length));
            record.PhysicalOffset = ordinals.PhysicalOffsetOf(_batch.LastPosition);
            MessageWriter.Stamp(stored, _batch.LastOffset, record.PhysicalOffset, _batchTime);
            NoteTag(record.TagHash);
            _batch.Seal(record.TagHash, _batchTime, append.KeyHashes.AsSpan(record.KeyStart, record.KeyCount));
        }

        append.ReturnBuffer();
    }

    /// <summary>Timestamps must not go back, whatever the clock did since the last record was stored.</summary>
    private static long LastTimestampOf(RecordLog log)
    {
        var watermarks = log.Watermarks;
        if (watermarks.AppendedOffset == watermarks.MinimumOffset)
        {
            return 0;
        }

        Span<IndexEntry> last = stackalloc IndexEntry[1];
        log.Reader.ReadIndex(watermarks.AppendedOffset - 1, last);
        return last[0].StoreTimestamp;
    }

    private void NoteTag(int tagHash)
    {
        if (_batch.Count == _arrivedTags.Length)
        {
            Array.Resize(ref _arrivedTags, _arrivedTags.Length * 2);
        }

        _arrivedTags[_batch.Count] = tagHash;
    }

    private void AwaitConfirmation()
    {
        var now = _time.GetTimestamp();
        foreach (var append in _batched)
        {
            if (append.WaitsForFlush)
            {
                _unconfirmed.Add(append, append.QueueOffset + append.RecordCount, now);
            }
            else
            {
                append.Answer(AppendOutcome.Stored);
            }
        }

        _batched.Clear();
    }

    private void AnswerConfirmed()
    {
        var marks = _copies.Marks;
        if (!_confirmsAtCopies)
        {
            _unconfirmed.CompleteUpTo(marks.OwnOffset, AppendOutcome.Stored);
            return;
        }

        _unconfirmed.CompleteUpTo(marks.CountedOffset, marks.InSync >= _settings.MinInSync && !IsDegraded() ? AppendOutcome.Stored : AppendOutcome.SlaveUnavailable);
        if (_copies.IsCopyMissing)
        {
            _unconfirmed.CompleteUpTo(marks.OwnOffset, AppendOutcome.SlaveUnavailable);
        }
    }

    private void ShowVisible()
    {
        var visible = _copies.Marks.VisibleOffset;
        if (visible <= _handle.VisibleOffset)
        {
            return;
        }

        // What consumers cannot see yet: whoever waits for it is woken when they can.
        var hidden = _log.Watermarks.AppendedOffset - visible;
        _handle.Show(visible);
        for (var shown = _hidden.Count - hidden; shown > 0;)
        {
            var tags = _hidden.Take((int)shown);
            _waiters.Arrived(tags);
            shown -= tags.Length;
        }

        _handle.WaitingPulls = _waiters.Count;
    }
}

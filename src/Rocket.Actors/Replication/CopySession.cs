using System.Collections.Concurrent;
using Akka.Actor;
using Rocket.Actors.Links;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// One session of a master with one copy: hands records of any log to the connection, on the thread of that log's owner, and hands acknowledgements to the logs, on the link's
/// thread. What needs a decision goes to the <see cref="CopiesActor"/>.
/// </summary>
/// <remarks>
/// <code>
///  owner of a log ──TrySend──▶ credit? ──▶ RecordFrame ──▶ connection ═══▶ copy
///         ▲                       │no          │full
///         │ RoomAgain             ▼            ▼
///         └────────────────── refused, once a log ◀── acks free credit, the connection has room
///  copy ═══▶ link's thread ──Acknowledged──▶ checked against what was sent ──▶ ICopiedLog.Acknowledged
/// </code>
/// Records are sent while less than <see cref="Window"/> bytes of frames are under way that the copy has not taken; the last frame may go beyond. Sending takes no lock. The calls to
/// the logs take one that is free unless a session ends at that moment: it keeps them one at a time, and none comes after the end.
/// </remarks>
public sealed class CopySession : ICopySession, ILinkRoomListener, IMasterSession
{
    /// <summary>Bytes of record frames that may be under way to one copy.</summary>
    public const long Window = 32 << 20;

    private static long _lastId;

    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<SentLog> _refused = new();
    private readonly HashSet<ICopiedLog> _told = new(ReferenceEqualityComparer.Instance);
    private readonly bool _flushes;
    private readonly IActorRef _copies;
    private readonly TimeProvider _time;
    private SentLog?[] _logs = [];
    private long _sentBytes;
    private long _takenBytes;
    private long _heardAt = long.MinValue;
    private int _pending;
    private int _controlWaits;
    private volatile bool _isOver;

    /// <param name="connection">The way to the copy.</param>
    /// <param name="flushes">sync-flush: a copy holds what it has flushed.</param>
    /// <param name="copies">Who decides.</param>
    /// <param name="time">Says when something was heard.</param>
    public CopySession(ILinkConnection connection, bool flushes, IActorRef copies, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(time);
        (Connection, _flushes, _copies, _time) = (connection, flushes, copies, time);
    }

    /// <summary>Its number.</summary>
    public long Id { get; } = Interlocked.Increment(ref _lastId);

    /// <summary>The way to the copy.</summary>
    public ILinkConnection Connection { get; }

    /// <inheritdoc/>
    public string Node => Connection.Peer.Name;

    /// <summary>Time stamp of the last acknowledgement that said something new; the least number before there was one.</summary>
    public long HeardAt => Volatile.Read(ref _heardAt);

    /// <summary>Everything that was sent is acknowledged: silence means nothing.</summary>
    public bool LacksNothing => Volatile.Read(ref _pending) <= 0;

    /// <summary>Bytes that are under way or not taken yet.</summary>
    public long Outstanding => Volatile.Read(ref _sentBytes) - Volatile.Read(ref _takenBytes);

    /// <summary>What the copy lacks of the logs that are aligned.</summary>
    public CopyLag Lag()
    {
        var lag = default(CopyLag);
        lock (_gate)
        {
            foreach (var sent in _logs)
            {
                lag += sent?.Lag() ?? default;
            }
        }

        return lag;
    }

    /// <summary>Adds a log under the next number. By the actor alone, like all that follow here.</summary>
    public void Add(int number, ICopiedLog log)
    {
        var logs = _logs;
        if (number >= logs.Length)
        {
            Array.Resize(ref logs, Math.Max(16, 2 * number));
        }

        Volatile.Write(ref logs[number], new SentLog(log, _flushes));
        Volatile.Write(ref _logs, logs);
    }

    /// <summary>The copy agrees with a log, and is about to be told so: it may acknowledge that at once. <see cref="Begin"/> follows, or <see cref="Forget"/>.</summary>
    public void Expect(int number, LogPoint at)
    {
        lock (_gate)
        {
            if (!_isOver && Find(number) is { } sent)
            {
                Count(sent.Begin(at) ? 1 : 0);
            }
        }
    }

    /// <summary>The copy was told: tells the log's owner, who may send from now on, and what the copy has acknowledged meanwhile.</summary>
    public void Begin(int number, LogPoint at)
    {
        lock (_gate)
        {
            if (!_isOver && Find(number) is { IsAligned: true } sent)
            {
                _told.Add(sent.Log);
                sent.Log.Aligned(this, number, at);
                if (sent.Flushed.Position > 0)
                {
                    sent.Log.Acknowledged(this, sent.Appended, sent.Flushed);
                }
            }
        }
    }

    /// <summary>A log is to be aligned anew, under another number.</summary>
    public void Forget(int number)
    {
        lock (_gate)
        {
            if (Find(number) is { } sent)
            {
                Count(sent.End() ? -1 : 0);
            }
        }
    }

    /// <summary>Sends what is neither records nor marks. Full: the actor is told once there is room.</summary>
    public LinkSend TrySend(ReplicationMessage message)
    {
        var frame = ReplicationMessageCodec.Frame(message);
        var someoneWaits = Interlocked.Exchange(ref _controlWaits, 1) == 1; // before, so that room that comes at once is not missed
        var outcome = Connection.TrySend(frame, this);
        if (outcome != LinkSend.Full && !someoneWaits)
        {
            Volatile.Write(ref _controlWaits, 0);
        }

        if (outcome != LinkSend.Queued)
        {
            frame.Release();
        }

        return outcome;
    }

    /// <summary>The session is over: tells every log that knew of it, except those of one owner that has been replaced. Nothing is called on any log after that.</summary>
    public void End(ICopiedLog? replaced = null)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            foreach (var log in _told)
            {
                if (!ReferenceEquals(log, replaced))
                {
                    log.Ended(this);
                }
            }
        }
    }

    /// <inheritdoc/>
    public bool TrySend(int log, in RecordRun run, long visibleOffset, LogPoint minimum)
    {
        if (Find(log) is not { IsAligned: true } sent || _isOver || !HasCredit(sent))
        {
            return false;
        }

        var frame = RecordFrame.Rent(Id, log, run, visibleOffset, minimum);
        var size = RecordFrame.SizeOf(run);
        // Counted first: the acknowledgement may be there before the next line runs.
        Interlocked.Add(ref _sentBytes, size);
        Count(sent.Send(run.End) ? 1 : 0);
        var outcome = Connection.TrySend(frame, this);
        if (outcome == LinkSend.Full)
        {
            // The room may have come before the log was noted, so it is asked for again.
            Note(sent);
            outcome = Connection.TrySend(frame, this);
        }

        if (outcome == LinkSend.Queued)
        {
            return true;
        }

        frame.Release();
        sent.NotSent(run.First);
        Count(sent.Settle());
        Interlocked.Add(ref _sentBytes, -size);
        return false;
    }

    /// <inheritdoc/>
    public void SendMarks(int log, long visibleOffset, LogPoint minimum)
    {
        if (_isOver)
        {
            return;
        }

        // Not as a frame that is always queued: where records wait, marks would pile up behind them, and those records bring their own.
        var frame = MarksFrame.Rent(Id, log, visibleOffset, minimum);
        if (Connection.TrySend(frame) != LinkSend.Queued)
        {
            frame.Release();
        }
    }

    /// <inheritdoc/>
    public void CaughtUp(int log) => _copies.Tell(new CopyEvents.CaughtUp(this, log), ActorRefs.NoSender);

    /// <inheritdoc/>
    public void HoldsVisible(int log) => _copies.Tell(new CopyEvents.HoldsVisible(this, log), ActorRefs.NoSender);

    /// <inheritdoc/>
    public void Lost(int log) => _copies.Tell(new CopyEvents.Lost(this, log), ActorRefs.NoSender);

    /// <inheritdoc/>
    public void CannotRead(int log, LogPoint from, string reason) => _copies.Tell(new CopyEvents.CannotRead(this, log, from, reason), ActorRefs.NoSender);

    /// <inheritdoc/>
    public void OnRoom(ILinkConnection connection)
    {
        if (Interlocked.Exchange(ref _controlWaits, 0) == 1)
        {
            _copies.Tell(new CopyEvents.AlignDue(this), ActorRefs.NoSender);
        }

        lock (_gate)
        {
            InviteRefused();
        }
    }

    /// <inheritdoc/>
    public void Receive(ILinkConnection from, ReplicationMessage message)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (!ReferenceEquals(from, Connection))
        {
            throw new LinkViolationException($"{from.Peer.Name} speaks in a session with {Node} that belongs to another connection");
        }

        if (message is not (FollowRefused or Ends or LogEnded or LogFailed or Leaves))
        {
            throw new LinkViolationException($"{Node} is a copy and says what a master says: {message?.GetType().Name}");
        }

        _copies.Tell(new CopyEvents.Said(this, message), ActorRefs.NoSender);
    }

    /// <inheritdoc/>
    public void Acknowledged(ReadOnlySpan<byte> ackPayload)
    {
        var ack = AckFrame.Read(ackPayload);
        string? lie;
        lock (_gate)
        {
            lie = _isOver ? null : Take(ack);
        }

        if (lie is not null)
        {
            throw new LinkViolationException($"{Node} acknowledges {lie}");
        }
    }

    private string? Take(in AckView ack)
    {
        var taken = Volatile.Read(ref _takenBytes);
        if (ack.Taken < taken || ack.Taken > Volatile.Read(ref _sentBytes))
        {
            return $"{ack.Taken} bytes of {Volatile.Read(ref _sentBytes)} that were sent, after it had taken {taken}";
        }

        var isNews = ack.Taken > taken && !_flushes;
        for (var i = 0; i < ack.Count; i++)
        {
            var log = ack[i];
            if (Find(log.Log) is not { } sent)
            {
                return $"a log with the number {log.Log}, which has none";
            }

            // What it says of an alignment that is over, or has not begun, is about records that do not count.
            if (!sent.IsAligned)
            {
                continue;
            }

            if (sent.Take(log, out var isFurther) is { } lie)
            {
                return $"the log {log.Log}, {lie}";
            }

            isNews |= isFurther;
            Count(sent.Settle());
            sent.Log.Acknowledged(this, log.Appended, log.Flushed);
        }

        if (isNews)
        {
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
        }

        Interlocked.Exchange(ref _takenBytes, ack.Taken);
        if (!_refused.IsEmpty && HasRoom())
        {
            InviteRefused();
        }

        return null;
    }

    // By halves, so that a full window is not filled by one log alone as soon as one frame was taken.
    private bool HasRoom() => Outstanding <= Window / 2;

    private bool HasCredit(SentLog sent)
    {
        if (Outstanding < Window)
        {
            return true;
        }

        // Noted first, then looked at again; the link's thread does it in the other order, so one of both sees the other.
        Note(sent);
        Interlocked.MemoryBarrier();
        return HasRoom();
    }

    private void Note(SentLog sent)
    {
        if (sent.Refuse())
        {
            _refused.Enqueue(sent);
        }
    }

    private void InviteRefused()
    {
        for (var left = _refused.Count; left > 0 && !_isOver && _refused.TryDequeue(out var sent); left--)
        {
            sent.Invite();
            if (sent.IsAligned)
            {
                sent.Log.RoomAgain(this);
            }
        }
    }

    private void Count(int change)
    {
        if (change != 0)
        {
            Interlocked.Add(ref _pending, change);
        }
    }

    private SentLog? Find(int number)
    {
        var logs = Volatile.Read(ref _logs);
        return (uint)number < (uint)logs.Length ? Volatile.Read(ref logs[number]) : null;
    }
}

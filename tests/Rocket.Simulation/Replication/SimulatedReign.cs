using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>A node's reign over the broker: what the actors of a master do, on one thread, with a mailbox for each that is emptied by chance.</summary>
internal sealed class SimulatedReign : IDisposable
{
    public static readonly string[] LogNames = ["metadata", "queue"];

    private const long Window = 600;
    private const long SilenceLimit = 150;
    private const long LeaveOutAfter = 100;

    private readonly SimulatedNode _node;
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<string, SimulatedOwner> _logs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _opened = new(StringComparer.Ordinal);
    private readonly Dictionary<int, SimulatedSession> _sessions = [];
    private readonly Queue<(SimulatedSession Session, Action Act)> _mailbox = new();
    private readonly LogBatch _batch = new();
    private readonly bool _flushes;

    public SimulatedReign(SimulatedNode node, BrokerPlacement placement, IReadOnlyDictionary<string, RecordLog> logs, IReadOnlyCollection<string> leftOut)
    {
        _node = node;
        _cluster = node.Cluster;
        _flushes = _cluster.IsSyncFlush && _cluster.Recklessness != Recklessness.FlushesOnMasterOnly;
        Epoch = placement.Epoch;
        InSync = new InSyncState(
            node.Name, _cluster.ReplicaNames, placement, SilenceLimit, _cluster.Now, _cluster.IsPair ? LeaveOutAfter : null, leftOut);
        foreach (var (name, log) in logs)
        {
            var counting = _cluster.Recklessness == Recklessness.OpensAtOnce ? [] : InSync.Counting;
            var owner = new SimulatedOwner(name, log, new LogCopies(log, _flushes, counting, Window), _cluster.Random);
            foreach (var late in InSync.Counting)
            {
                owner.Count(late, counts: true);
            }

            _logs.Add(name, owner);
        }

        Observe();
    }

    public SimulatedCluster Cluster => _cluster;

    public Epoch Epoch { get; }

    public InSyncState InSync { get; }

    /// <summary>Whether it serves all of its logs, and everyone has everything.</summary>
    public bool IsSettled =>
        _opened.Count == LogNames.Length
        && InSync.Agreed.InSync.Count == _cluster.ReplicaNames.Count
        && !InSync.LeftOut.Any()
        && _logs.Values.All(owner => owner.Copies.Marks.CountedOffset == owner.Log.Watermarks.AppendedOffset);

    public IEnumerable<RecordLog> Logs => _logs.Values.Select(owner => owner.Log);

    /// <summary>Clients send.</summary>
    public void Append(Random random)
    {
        var owner = AnyOwner(random);
        _batch.Begin(owner.Log, Epoch.Value);
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            SimulatedLogs.AddTo(_batch, _cluster.NextId());
        }

        owner.Log.Append(_batch);
        owner.Copies.Appended(_batch.Run);
        _batch.Clear();
        Observe();
    }

    public void Flush(Random random)
    {
        var owner = AnyOwner(random);
        owner.Copies.Flushed(owner.Log.Flush().Offset);
        Observe();
    }

    /// <summary>Retention drops the oldest segments.</summary>
    public void Drop(Random random)
    {
        var owner = AnyOwner(random);
        var (log, copies) = (owner.Log, owner.Copies);
        if (copies.Marks.IsOpen && log.Segments is { Count: > 1 } segments)
        {
            // Never what is not visible yet: nobody can have consumed that.
            var end = segments[random.Next(1, segments.Count)].First;
            log.DropSegments(segment => segment.End.Offset <= Math.Min(end.Offset, copies.Marks.VisibleOffset));
            copies.Flushed(log.Watermarks.FlushedOffset);
        }
    }

    /// <summary>Reads for copies that are behind, looks who is in sync, and has changes agreed.</summary>
    public void Tick()
    {
        foreach (var owner in _logs.Values)
        {
            owner.Work();
            owner.Read();
            owner.Copies.TellMarks();
        }

        while (_cluster.Random.Next(12) > 0 && _mailbox.TryDequeue(out var said))
        {
            if (_sessions.GetValueOrDefault(said.Session.Peer) == said.Session)
            {
                said.Act();
            }
        }

        foreach (var session in _sessions.Values.ToArray())
        {
            session.MakeRoom();
            AlignSome(session);
            LookAt(session);
        }

        LookWhoIsLeftOut();
        if (InSync.TryPropose(_cluster.Now, out var proposal))
        {
            if (_cluster.Recklessness == Recklessness.CeasesTooEarly)
            {
                foreach (var removed in InSync.Agreed.InSync.Except(proposal.InSync))
                {
                    CountEverywhere(removed, counts: false);
                }
            }

            _node.Change(InSync.Agreed, proposal, this);
        }

        Observe();
    }

    private void LookWhoIsLeftOut()
    {
        InSync.VotedOut = _node.VotedOutName;
        while (InSync.ShouldLeaveOut(_cluster.Now, out var gone))
        {
            foreach (var owner in _logs.Values)
            {
                owner.Copies.Flushed(owner.Log.Flush().Offset);
            }

            _node.KeepLeftOut(Epoch, [.. InSync.LeftOut, gone]);
            InSync.LeaveOut(gone);
            CountEverywhere(gone, counts: false);
            Restart(gone);
        }

        while (InSync.ShouldTakeBack(_cluster.Now, out var back))
        {
            _node.KeepLeftOut(Epoch, InSync.LeftOut.Where(node => node != back));
            InSync.TakeBack(back);
        }
    }

    public void Connected(int peer)
    {
        var session = new SimulatedSession(this, _cluster.NextSession(), peer, _flushes);
        foreach (var (name, owner) in _logs)
        {
            session.Add(session.Alignments.Add(name), owner);
        }

        _sessions[peer] = session;
        Send(peer, new Follow(Epoch, session.Id));
    }

    public void Disconnected(int peer)
    {
        if (_sessions.Remove(peer, out var session))
        {
            foreach (var owner in _logs.Values)
            {
                owner.Ended(session);
            }

            if (InSync.Detached(session.Node))
            {
                CountEverywhere(session.Node, counts: false);
            }
        }
    }

    public void Send(int peer, Message message) => _cluster.Network.Send(_node.Index, peer, message);

    /// <summary>Something that a log says about its copy goes to the mailbox.</summary>
    public void Post(SimulatedSession session, Action act) => _mailbox.Enqueue((session, act));

    public void OnEnds(int peer, Ends ends)
    {
        if (Find(peer, ends.Session) is { } session && session.Alignments.TryTell(ends.Logs, isLast: true))
        {
            AlignSome(session);
        }
    }

    public void OnLogEnded(int peer, LogEnded ended)
    {
        if (Find(peer, ended.Session) is { } session && session.Alignments.TryEnded(ended.Log, ended.End))
        {
            AlignSome(session);
        }
    }

    public void Lose(SimulatedSession session, int number)
    {
        if (session.Alignments.TryLose(number, out var name, out var anew))
        {
            session.Forget(number);
            session.Add(anew, _logs[name]);
        }
    }

    public void OnAcknowledged(int peer, Acknowledged acknowledged)
    {
        if (Find(peer, acknowledged.Session) is { } session && session.Take(acknowledged))
        {
            InSync.Heard(session.Node, _cluster.Now);
        }
    }

    /// <summary>A change of the placement came to its end, one way or another.</summary>
    public void OnOutcome(RoundOutcome outcome)
    {
        IReadOnlyList<string> ceased = [];
        switch (outcome)
        {
            case RoundOutcome.Agreed agreed:
                ceased = InSync.Known(agreed.Value);
                break;
            case RoundOutcome.Conflict conflict:
                ceased = InSync.Known(conflict.Value);
                break;
            case RoundOutcome.Unknown:
                InSync.OutcomeUnknown();
                _node.Read(this);
                break;
        }

        if (InSync.IsDeposed)
        {
            _node.EndReign();
            return;
        }

        if (_cluster.IsPair)
        {
            _node.KeepLeftOut(Epoch, InSync.LeftOut);
        }

        foreach (var node in ceased)
        {
            CountEverywhere(node, counts: false);
            Restart(node);
        }

        if (_cluster.Recklessness == Recklessness.CountsTooLate)
        {
            foreach (var node in InSync.Agreed.InSync.Where(node => node != _node.Name))
            {
                CountEverywhere(node, counts: true);
            }
        }

        Observe();
    }

    public void Dispose()
    {
        foreach (var owner in _logs.Values)
        {
            _cluster.Promises.Closed(owner.Log);
            owner.Log.Dispose();
        }

        _batch.Dispose();
    }

    private void AlignSome(SimulatedSession session)
    {
        while (session.Alignments.TryPeek(out var next))
        {
            var log = _logs[next.Name].Log;
            var alignment = next.End is { } end ? LogAlignment.Of(end, log) : new LogAlignment.StartAt(log.Watermarks.Minimum);
            Send(session.Peer, new Align(session.Id, next.Number, next.Name, alignment));
            session.Alignments.Sent(alignment);
            if (alignment is LogAlignment.Aligned aligned)
            {
                session.Begin(next.Number, aligned.At);
            }
        }

        if (!session.IsAttached && session.Alignments.IsAttached)
        {
            session.IsAttached = true;
            InSync.Attached(session.Node, _cluster.Now);
        }
    }

    private void LookAt(SimulatedSession session)
    {
        var tally = session.Alignments.Tally;
        var isAttached = session.Alignments.IsAttached;

        // A log that does not count a copy never says that it holds what is visible: who is to break that rule has to look.
        var holdsVisible = _cluster.Recklessness == Recklessness.CountsTooLate
            ? _logs.Values.All(owner => owner.Copies.Marks.HoldsVisible(session.Node))
            : tally.HoldsVisible;
        if (InSync.Progressed(session.Node, isAttached && tally.HasCaughtUp, isAttached && holdsVisible, session.LacksNothing, _cluster.Now))
        {
            if (_cluster.Recklessness != Recklessness.CountsTooLate)
            {
                CountEverywhere(session.Node, counts: true);
            }
        }
        else if (InSync.IsStuckJoining(session.Node, _cluster.Now))
        {
            Restart(session.Node);
        }
        else if (isAttached && holdsVisible && InSync.Counts(session.Node) && _cluster.HeardBy(_node.Index, session.Node).Doubt is not null)
        {
            Send(session.Peer, new HoldsAll(session.Id));
        }
    }

    /// <summary>What was said in the session of a copy that has ceased to count is void.</summary>
    private void Restart(string node)
    {
        if (_sessions.Values.FirstOrDefault(session => session.Node == node) is { } session)
        {
            Disconnected(session.Peer);
            Connected(session.Peer);
        }
    }

    private void CountEverywhere(string node, bool counts)
    {
        foreach (var owner in _logs.Values)
        {
            owner.Count(node, counts);
        }
    }

    private SimulatedOwner AnyOwner(Random random) => _logs[LogNames[random.Next(LogNames.Length)]];

    private SimulatedSession? Find(int peer, int id) => _sessions.TryGetValue(peer, out var session) && session.Id == id ? session : null;

    /// <summary>Tells senders and consumers what may be told now.</summary>
    private void Observe()
    {
        if (!_cluster.Promises.IsBelieved(Epoch))
        {
            return;
        }

        var who = $"{_node.Name}, master of epoch {Epoch},";
        foreach (var (name, owner) in _logs)
        {
            var (log, copies) = (owner.Log, owner.Copies);
            if (!copies.Marks.IsOpen || (InSync.LeftOut.Any() && _cluster.Recklessness != Recklessness.ConfirmsDegraded))
            {
                continue; // degraded: stored, and promised to nobody
            }

            if (_opened.Add(name))
            {
                _cluster.Promises.Opened(name, Epoch, log, who);
            }

            var visible = _cluster.Recklessness == Recklessness.FlushesOnMasterOnly
                ? Math.Min(copies.Marks.VisibleOffset, log.Watermarks.FlushedOffset)
                : copies.Marks.VisibleOffset;
            _cluster.Promises.Told(name, log, visible, who);
        }
    }
}

using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>A node's reign over the broker: what the actors of a master do, on one thread.</summary>
internal sealed class SimulatedReign : IDisposable
{
    public static readonly string[] LogNames = ["metadata", "queue"];

    private const long Window = 600;
    private const long SilenceLimit = 150;
    private const int CloseRecords = 6;
    private const int ReadBytes = 250;

    private readonly SimulatedNode _node;
    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<string, (RecordLog Log, LogCopies Copies)> _logs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _opened = new(StringComparer.Ordinal);
    private readonly Dictionary<int, CopySession> _sessions = [];
    private readonly LogBatch _batch = new();

    public SimulatedReign(SimulatedNode node, BrokerPlacement placement, IReadOnlyDictionary<string, RecordLog> logs)
    {
        _node = node;
        _cluster = node.Cluster;
        Epoch = placement.Epoch;
        InSync = new InSyncState(node.Name, _cluster.ReplicaNames, placement, SilenceLimit, _cluster.Now);
        foreach (var (name, log) in logs)
        {
            var flushes = _cluster.IsSyncFlush && _cluster.Recklessness != Recklessness.FlushesOnMasterOnly;
            var counting = _cluster.Recklessness == Recklessness.OpensAtOnce ? [] : InSync.Counting;
            var copies = new LogCopies(log, flushes, counting, Window);
            foreach (var late in InSync.Counting)
            {
                copies.Count(late, counts: true);
            }

            _logs.Add(name, (log, copies));
        }

        Observe();
    }

    public Epoch Epoch { get; }

    public InSyncState InSync { get; }

    /// <summary>Whether it serves all of its logs, and everyone has everything.</summary>
    public bool IsSettled =>
        _opened.Count == LogNames.Length
        && InSync.Agreed.InSync.Count == _cluster.ReplicaNames.Count
        && _logs.Values.All(log => log.Copies.Marks.CountedOffset == log.Log.Watermarks.AppendedOffset);

    public IEnumerable<RecordLog> Logs => _logs.Values.Select(log => log.Log);

    /// <summary>Clients send.</summary>
    public void Append(Random random)
    {
        var (log, copies) = _logs[LogNames[random.Next(LogNames.Length)]];
        _batch.Begin(log, Epoch.Value);
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            SimulatedLogs.AddTo(_batch, _cluster.NextId());
        }

        log.Append(_batch);
        copies.Appended(_batch.Run);
        _batch.Clear();
        Observe();
    }

    public void Flush(Random random)
    {
        var (log, copies) = _logs[LogNames[random.Next(LogNames.Length)]];
        copies.Flushed(log.Flush().Offset);
        Observe();
    }

    /// <summary>Retention drops the oldest segments.</summary>
    public void Drop(Random random)
    {
        var (log, copies) = _logs[LogNames[random.Next(LogNames.Length)]];
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
        foreach (var (name, (log, copies)) in _logs)
        {
            using var runs = new RecordRunReader(log.Reader, SimulatedIndexer.Instance);
            if (copies.TryBeginRead(out var session, out var from))
            {
                try
                {
                    copies.Read(session, from, runs.Read(from, ReadBytes));
                }
                catch (OffsetBelowMinimumException)
                {
                    copies.Lost(session);
                }
            }

            copies.TellMarks();
        }

        foreach (var session in _sessions.Values)
        {
            session.Room();
            LookAt(session.Node);
        }

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

    public void Connected(int peer)
    {
        var session = new CopySession(this, _cluster.NextSession(), peer, SimulatedCluster.NameOf(peer));
        _sessions[peer] = session;
        _cluster.Network.Send(_node.Index, peer, new Follow(Epoch, session.Id));
    }

    public void Disconnected(int peer)
    {
        if (_sessions.Remove(peer, out var session))
        {
            foreach (var (_, copies) in _logs.Values)
            {
                copies.Ended(session);
            }

            if (InSync.Detached(session.Node))
            {
                CountEverywhere(session.Node, counts: false);
            }
        }
    }

    public void OnEnds(int peer, Ends ends)
    {
        if (!_sessions.TryGetValue(peer, out var session) || session.Id != ends.Session)
        {
            return;
        }

        foreach (var name in session.IsFirstTable ? LogNames : ends.Logs.Keys)
        {
            var (log, copies) = _logs[name];
            var end = ends.Logs.TryGetValue(name, out var told) ? told : new LogEnd(-1, default);
            var alignment = LogAlignment.Of(end, log);
            Align(session, name, alignment);
            if (alignment is LogAlignment.Aligned aligned)
            {
                copies.Aligned(session, Array.IndexOf(LogNames, name), aligned.At);
                session.Aligned.Add(name);
            }
        }

        session.IsFirstTable = false;
        if (session.Aligned.Count == LogNames.Length)
        {
            InSync.Attached(session.Node, _cluster.Now);
        }

        Observe();
    }

    private void Align(CopySession session, string log, LogAlignment alignment) =>
        _cluster.Network.Send(_node.Index, session.Peer, new Align(session.Id, log, alignment));

    public void OnAcknowledged(int peer, Acknowledged acknowledged)
    {
        if (_sessions.TryGetValue(peer, out var session) && session.Id == acknowledged.Session)
        {
            _logs[acknowledged.Log].Copies.Acknowledged(session, acknowledged.Appended, acknowledged.Flushed);
            InSync.Heard(session.Node, _cluster.Now);
            Observe();
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

        foreach (var node in ceased)
        {
            CountEverywhere(node, counts: false);
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
        foreach (var (log, _) in _logs.Values)
        {
            _cluster.Promises.Closed(log);
            log.Dispose();
        }

        _batch.Dispose();
    }

    private void LookAt(string node)
    {
        var close = true;
        var holdsVisible = true;
        var lacksNothing = true;
        foreach (var (_, copies) in _logs.Values)
        {
            close &= copies.Marks.LagOf(node) <= CloseRecords;
            holdsVisible &= copies.Marks.HoldsVisible(node);
            lacksNothing &= copies.Marks.LagOf(node) == 0;
        }

        if (InSync.Progressed(node, close, holdsVisible, lacksNothing, _cluster.Now) && _cluster.Recklessness != Recklessness.CountsTooLate)
        {
            CountEverywhere(node, counts: true);
        }
    }

    private void CountEverywhere(string node, bool counts)
    {
        foreach (var (_, copies) in _logs.Values)
        {
            copies.Count(node, counts);
        }
    }

    /// <summary>Tells senders and consumers what may be told now.</summary>
    private void Observe()
    {
        var who = $"{_node.Name}, master of epoch {Epoch},";
        foreach (var (name, (log, copies)) in _logs)
        {
            if (!copies.Marks.IsOpen)
            {
                continue;
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

    /// <summary>The way to one copy.</summary>
    private sealed class CopySession(SimulatedReign reign, int id, int peer, string node) : ICopySession
    {
        public int Id => id;

        public int Peer => peer;

        public string Node => node;

        public bool IsFirstTable { get; set; } = true;

        public HashSet<string> Aligned { get; } = new(StringComparer.Ordinal);

        private SimulatedCluster Cluster => reign._cluster;

        public bool TrySend(int log, in RecordRun run, long visibleOffset, LogPoint minimum)
        {
            if (Cluster.Random.Next(8) == 0)
            {
                return false; // the link has no room
            }

            Cluster.Network.Send(reign._node.Index, peer, new Records(
                id, LogNames[log], run.First, run.Count, run.Records.ToArray(), run.IndexEntries.ToArray(), run.KeyEntries.ToArray(), visibleOffset, minimum));
            return true;
        }

        public void SendMarks(int log, long visibleOffset, LogPoint minimum) =>
            Cluster.Network.Send(reign._node.Index, peer, new Marks(id, LogNames[log], visibleOffset, minimum));

        public void CaughtUp(int log)
        {
        }

        public void HoldsVisible(int log)
        {
        }

        public void Lost(int log)
        {
            var name = LogNames[log];
            reign.Align(this, name, new LogAlignment.StartAt(reign._logs[name].Log.Watermarks.Minimum));
        }

        /// <summary>The link has room again.</summary>
        public void Room()
        {
            foreach (var (_, copies) in reign._logs.Values)
            {
                copies.RoomAgain(this);
            }
        }
    }
}

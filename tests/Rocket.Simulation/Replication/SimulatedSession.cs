using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>The way of a master to one copy. What a log says of its copy waits in the reign's mailbox.</summary>
internal sealed class SimulatedSession(SimulatedReign reign, int id, int peer, bool flushes) : ICopySession
{
    private readonly List<SentLog> _sent = [];
    private readonly HashSet<SentLog> _refused = [];
    private int _pending;

    public int Id => id;

    public int Peer => peer;

    public string Node { get; } = SimulatedCluster.NameOf(peer);

    public CopyAlignments Alignments { get; } = new();

    public bool IsAttached { get; set; }

    public bool LacksNothing => _pending == 0;

    /// <summary>Adds a log under the number that it was given.</summary>
    public void Add(int number, SimulatedOwner owner)
    {
        if (number != _sent.Count)
        {
            throw new InvalidOperationException($"number {number} after {_sent.Count} others");
        }

        _sent.Add(new SentLog(owner, flushes));
    }

    public void Begin(int number, LogPoint at)
    {
        _pending += _sent[number].Begin(at) ? 1 : 0;
        _sent[number].Log.Aligned(this, number, at);
    }

    public void Forget(int number) => _pending -= _sent[number].End() ? 1 : 0;

    public bool TrySend(int log, in RecordRun run, long visibleOffset, LogPoint minimum)
    {
        if (reign.Cluster.Random.Next(8) == 0)
        {
            _refused.Add(_sent[log]);
            return false; // the link has no room
        }

        _pending += _sent[log].Send(run.End) ? 1 : 0;
        reign.Send(peer, new Records(
            id, log, run.First, run.Count, run.Records.ToArray(), run.IndexEntries.ToArray(), run.KeyEntries.ToArray(), visibleOffset, minimum));
        return true;
    }

    public void SendMarks(int log, long visibleOffset, LogPoint minimum) => reign.Send(peer, new Marks(id, log, visibleOffset, minimum));

    public void CaughtUp(int log) => reign.Post(this, () => Alignments.Tally.CaughtUp(log));

    public void HoldsVisible(int log) => reign.Post(this, () => Alignments.Tally.Holds(log));

    public void Lost(int log) => reign.Post(this, () => reign.Lose(this, log));

    public void CannotRead(int log, LogPoint from, string reason) => throw new BrokenPromiseException($"{log} cannot be read from {from} on: {reason}");

    /// <summary>An acknowledgement arrives. Answers whether it says anything new.</summary>
    public bool Take(Acknowledged acknowledged)
    {
        var sent = _sent[acknowledged.Log];
        if (!sent.IsAligned)
        {
            return false;
        }

        if (sent.Take(new LogAck(acknowledged.Log, acknowledged.Appended, acknowledged.Flushed), out var isNews) is { } lie)
        {
            throw new BrokenPromiseException($"an honest copy, {Node}, is said to have acknowledged {lie}");
        }

        _pending += sent.Settle();
        sent.Log.Acknowledged(this, acknowledged.Appended, acknowledged.Flushed);
        return isNews;
    }

    /// <summary>The link has room again: whoever was refused is told, once.</summary>
    public void MakeRoom()
    {
        foreach (var sent in _refused.Where(sent => sent.IsAligned))
        {
            sent.Log.RoomAgain(this);
        }

        _refused.Clear();
    }
}

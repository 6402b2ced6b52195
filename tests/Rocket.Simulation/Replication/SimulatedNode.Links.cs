using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>What it hears over links, as a master and as a copy.</summary>
internal sealed partial class SimulatedNode
{
    public void Connected(int peer)
    {
        if (!cluster.Nodes[peer].IsWitness)
        {
            Reign?.Connected(peer);
        }
    }

    public void Disconnected(int peer) => Reign?.Disconnected(peer);

    public void Receive(int dialer, Message message)
    {
        switch (message)
        {
            case Vote vote:
                OnVote(vote.Request);
                break;
            case Voted voted:
                OnVoted(voted.Answer);
                break;
            case Follow follow:
                OnFollow(dialer, follow);
                break;
            case Align align when IsFollowing(dialer, align.Session):
                OnAlign(dialer, align);
                break;
            case Records records when IsFollowing(dialer, records.Session):
                OnRecords(records);
                break;
            case HoldsAll holds when IsFollowing(dialer, holds.Session):
                Trust();
                break;
            case Marks marks when IsFollowing(dialer, marks.Session):
                Note(_copy!.OpenLog(_numbers[marks.Log]), marks.VisibleOffset, marks.Minimum);
                break;
        }
    }

    /// <summary>An answer over a connection that this node dialed.</summary>
    public void ReceiveAnswer(int peer, Message message)
    {
        switch (message)
        {
            case FollowRefused refused when Reign is { } reign && refused.Promised > reign.Epoch:
                EndReign();
                break;
            case Ends ends:
                Reign?.OnEnds(peer, ends);
                break;
            case LogEnded ended:
                Reign?.OnLogEnded(peer, ended);
                break;
            case Acknowledged acknowledged:
                Reign?.OnAcknowledged(peer, acknowledged);
                break;
        }
    }

    private bool IsFollowing(int master, int session) => _following == (master, session) && Reign is null;

    private void OnFollow(int master, Follow follow)
    {
        if (follow.Epoch < _copy!.Promised && cluster.Recklessness != Recklessness.ForgetsFence)
        {
            cluster.Network.Answer(master, index, new FollowRefused(follow.Session, _copy.Promised));
            return;
        }

        if (cluster.Recklessness == Recklessness.ForgetsFence && Reign is not null)
        {
            return; // a master that does not step down does no harm as long as copies keep their promises
        }

        EndReign();
        _copy.TryFence(follow.Epoch);
        _following = (master, follow.Session);
        if (cluster.Recklessness == Recklessness.TrustsAtOnce)
        {
            Trust();
        }

        _numbers.Clear();
        cluster.Network.Answer(master, index, new Ends(follow.Session, [.. _copy.OpenAll().Select(log => new NamedEnd(log.Key, log.Value))]));
    }

    private void OnAlign(int master, Align align)
    {
        _numbers[align.Log] = align.Name;
        var log = _copy!.OpenLog(align.Name);
        if (log.Align(align.Alignment))
        {
            Acknowledge(align.Log, log); // how much of it is on the disk is the copy's to say
        }
        else
        {
            cluster.Network.Answer(master, index, new LogEnded(align.Session, align.Log, log.End));
        }
    }

    private void OnRecords(Records records)
    {
        var log = _copy!.OpenLog(_numbers[records.Log]);
        var epoch = cluster.Recklessness == Recklessness.ForgetsFence ? new Epoch(long.MaxValue) : _copy.Promised;
        log.Append(new RecordRun(records.First, records.Count, records.Bytes, records.Index, records.Keys), epoch);
        Note(log, records.VisibleOffset, records.Minimum);
        Acknowledge(records.Log, log);
    }

    private void Note(CopiedLog log, long visibleOffset, LogPoint minimum)
    {
        log.Note(visibleOffset, minimum);
        if (cluster.IsPair || !cluster.Promises.IsBelieved(_copy!.Promised))
        {
            return; // what a degraded master shows may be lost when a person gives its broker away
        }

        cluster.Promises.Told(log.Name, log.Log, Math.Min(log.VisibleOffset, log.Log.Watermarks.AppendedOffset), $"{Name}, a copy,");
    }

    private void Acknowledge(int number, CopiedLog log) => cluster.Network.Answer(
        _following!.Value.Master, index, new Acknowledged(_following.Value.Session, number, log.Log.Watermarks.Appended, log.Log.Watermarks.Flushed));

    /// <summary>A copy flushes what it has.</summary>
    public void FlushCopy(Random random)
    {
        if (_following is not null && Reign is null && _copy!.TryGet(SimulatedReign.LogNames[random.Next(SimulatedReign.LogNames.Length)], out var log))
        {
            log.Log.Flush();
            // A log that was aligned anew has another number since.
            if (_numbers.Where(known => known.Value == log.Name).Select(known => known.Key).DefaultIfEmpty(-1).Max() is var number and >= 0)
            {
                Acknowledge(number, log);
            }
        }
    }
}

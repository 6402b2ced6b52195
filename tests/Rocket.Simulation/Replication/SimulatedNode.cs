using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>One voter, with a copy of the broker unless it is a witness: its disk, its acceptor, and what it is at the moment, master or copy.</summary>
internal sealed class SimulatedNode(SimulatedCluster cluster, int index, bool isWitness) : IDisposable
{
    private const string Broker = "broker";

    private readonly SimulatedDisk _disk = new(cluster.Random);
    private readonly Queue<(Func<Ballot, RegisterRound> Begin, Action<RoundOutcome> End)> _jobs = new();
    private PlacementStore _store = null!;
    private AcceptorState _acceptor = AcceptorState.Empty;
    private SimulatedLogs? _logs;
    private BrokerCopy? _copy;
    private RegisterRound? _round;
    private Action<RoundOutcome>? _onOutcome;
    private readonly Dictionary<int, string> _numbers = [];
    private (int Master, int Session)? _following;
    private bool _isElecting;
    private int _lives;

    public SimulatedCluster Cluster => cluster;

    public int Index => index;

    public string Name { get; } = SimulatedCluster.Names[index];

    public bool IsUp { get; private set; }

    public bool IsWitness => isWitness;

    public SimulatedReign? Reign { get; private set; }

    public void Start()
    {
        var root = _disk.Start();
        _lives++;
        _store = PlacementStore.Open(root.Directory("placement"));
        _acceptor = _store.Read(Broker);
        if (!isWitness)
        {
            _logs = new SimulatedLogs(root.Directory(Broker), cluster.LogOptions);
            _copy = new BrokerCopy(_logs);
        }

        IsUp = true;
    }

    /// <summary>The process ends, at once.</summary>
    public void Crash(bool isPowerCut)
    {
        IsUp = false;
        _disk.Disarm();
        Reign?.Dispose();
        _copy?.Dispose();
        (Reign, _copy, _round, _onOutcome, _following, _isElecting) = (null, null, null, null, null, false);
        _jobs.Clear();
        if (isPowerCut)
        {
            _disk.PowerCut();
        }

        cluster.DisconnectAll(index);
    }

    public void Dispose()
    {
        Reign?.Dispose();
        _copy?.Dispose();
    }

    /// <summary>Lets the machine end at some step of its disk.</summary>
    public void Arm(int steps) => _disk.Arm(Fault.Crash, steps);

    public void Disarm() => _disk.Disarm();

    /// <summary>Whether the machine ended at a step of its disk.</summary>
    public bool HasFailed => _disk.IsDown;

    /// <summary>Takes from a voter that is down all that it has promised.</summary>
    public void WipePlacements()
    {
        var placement = _disk.Start().Directory("placement");
        foreach (var file in placement.ListFiles())
        {
            placement.Delete(file);
        }
    }

    // The register.

    public void Read(SimulatedReign reign) => Run(above => RegisterRound.Reading(index, SimulatedCluster.Voters, above), outcome => ForReign(reign, outcome));

    public void Change(BrokerPlacement basedOn, BrokerPlacement proposed, SimulatedReign reign) =>
        Run(above => RegisterRound.Changing(index, SimulatedCluster.Voters, above, basedOn, proposed), outcome => ForReign(reign, outcome));

    private void ForReign(SimulatedReign reign, RoundOutcome outcome)
    {
        if (ReferenceEquals(reign, Reign))
        {
            reign.OnOutcome(outcome);
        }
    }

    private void Run(Func<Ballot, RegisterRound> begin, Action<RoundOutcome> end)
    {
        _jobs.Enqueue((begin, end));
        BeginNext();
    }

    private void BeginNext()
    {
        if (_round is null && _jobs.TryDequeue(out var job))
        {
            _round = job.Begin(_acceptor.Promised);
            _onOutcome = job.End;
            Follow(_round.Begin());
        }
    }

    /// <summary>The round under way has taken long: another attempt, or none.</summary>
    public void HurryRound(Random random)
    {
        if (_round is null)
        {
            return;
        }

        if (random.Next(4) == 0)
        {
            Finish(_round.GiveUp());
        }
        else
        {
            Follow(_round.Retry());
        }
    }

    private void Follow(RoundStep step)
    {
        switch (step)
        {
            case RoundStep.Send send:
                for (var voter = 0; voter < SimulatedCluster.Voters; voter++)
                {
                    if (send.To == Audience.All || (voter == index) == (send.To == Audience.Self))
                    {
                        Send(voter, new VoterRequest(Broker, index, _store.Record.Start, send.Request));
                    }
                }

                break;
            case RoundStep.Finished finished:
                Finish(finished.Outcome);
                break;
        }
    }

    private void Send(int voter, VoterRequest request)
    {
        if (voter == index)
        {
            OnVote(request);
        }
        else
        {
            cluster.Network.Send(index, voter, new Vote(request));
        }
    }

    private void Finish(RoundOutcome outcome)
    {
        var end = _onOutcome!;
        (_round, _onOutcome) = (null, null);
        end(outcome);
        BeginNext();
    }

    private void OnVote(VoterRequest request)
    {
        var (next, answer) = _acceptor.On(request.Request);
        if (next != _acceptor)
        {
            _store.Write(Broker, next);
            _acceptor = next;
        }

        var voted = new VoterAnswer(Broker, index, _store.Record.Start, answer);
        if (request.From == index)
        {
            OnVoted(voted);
        }
        else
        {
            cluster.Network.Send(index, request.From, new Voted(voted));
        }
    }

    private void OnVoted(VoterAnswer answer)
    {
        if (_round is { } round)
        {
            var step = round.OnAnswer(answer.From, answer.Answer);
            if (ReferenceEquals(_round, round))
            {
                Follow(step);
            }
        }
    }

    // Election.

    /// <summary>Tries to become the master.</summary>
    public void Elect()
    {
        if (isWitness || Reign is not null || _isElecting || !IsUp)
        {
            return;
        }

        _isElecting = true;
        Run(above => RegisterRound.Reading(index, SimulatedCluster.Voters, above), outcome =>
        {
            if (outcome is RoundOutcome.Agreed agreed)
            {
                TakeOver(agreed.Value);
            }
            else
            {
                _isElecting = false;
            }
        });
    }

    private void TakeOver(BrokerPlacement? current)
    {
        var election = new ElectionState(Name, index, SimulatedCluster.Names[0]);
        var present = cluster.PresentAsSeenBy(index);
        var fenced = _copy!.Promised;
        if (!election.TryTakeOver(current, fenced, present, out var proposal, out _))
        {
            _isElecting = false;
            return;
        }

        IReadOnlyDictionary<string, RecordLog>? logs = null;
        if (cluster.Recklessness == Recklessness.OpensBeforeFencing)
        {
            logs = OpenLogs();
        }
        else
        {
            _copy.TryFence(proposal.Epoch);
        }

        if (cluster.Recklessness == Recklessness.AgreesAlone)
        {
            BecomeMaster(proposal, logs);
            return;
        }

        Run(above => RegisterRound.Changing(index, SimulatedCluster.Voters, above, current, proposal), outcome =>
        {
            if (outcome is RoundOutcome.Agreed { Value: { } placement } && placement.Equals(proposal))
            {
                BecomeMaster(placement, logs);
            }
            else
            {
                _isElecting = false;
            }
        });
    }

    private void BecomeMaster(BrokerPlacement placement, IReadOnlyDictionary<string, RecordLog>? logs)
    {
        _isElecting = false;
        if (cluster.Recklessness == Recklessness.OpensBeforeFencing)
        {
            _copy!.TryFence(placement.Epoch);
        }

        if (_copy!.Promised != placement.Epoch)
        {
            return; // somebody else fenced it meanwhile: this reign is over before it began
        }

        _following = null;
        if (logs is null)
        {
            _copy.Close();
            logs = OpenLogs();
        }

        cluster.Reigns++;
        Reign = new SimulatedReign(this, placement, logs);
        for (var peer = 0; peer < SimulatedCluster.Voters; peer++)
        {
            if (peer != index && !cluster.Nodes[peer].IsWitness && cluster.Network.IsConnected(index, peer))
            {
                Reign.Connected(peer);
            }
        }
    }

    private Dictionary<string, RecordLog> OpenLogs() => SimulatedReign.LogNames.ToDictionary(name => name, name => _logs!.Open(name), StringComparer.Ordinal);

    public void EndReign()
    {
        Reign?.Dispose();
        Reign = null;
    }

    // Links.

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

    /// <summary>At the end: the copy, or the master's own log.</summary>
    public void CheckAll(Promises promises)
    {
        foreach (var name in SimulatedReign.LogNames)
        {
            var log = Reign?.Logs.First(own => own.Name == name) ?? _copy!.OpenLog(name).Log;
            promises.CheckAll(name, log, $"{Name}, at the end,");
        }
    }

    public override string ToString() => $"{Name} ({_lives} lives{(IsUp ? "" : ", down")}{(Reign is { } reign ? $", master {reign.Epoch}: {reign.InSync.Agreed}" : "")})";
}

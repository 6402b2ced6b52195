using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>One voter, with a copy of the broker unless it is a witness: its disk, its acceptor, and what it is at the moment, master or copy.</summary>
internal sealed partial class SimulatedNode(SimulatedCluster cluster, int index, bool isWitness) : IDisposable
{
    private const string Broker = "broker";

    private readonly SimulatedDisk _disk = new(cluster.Random);
    private readonly Queue<(Func<Ballot, RegisterRound> Begin, Action<RoundOutcome> End)> _jobs = new();
    private PlacementStore _store = null!;
    private AcceptorState _acceptor = AcceptorState.Empty;
    private Guid _bootId = NewBoot(cluster.Random);
    private CopyTrust? _trust;
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

    /// <summary>What its copy may have lost; null: nothing.</summary>
    public CopyDoubt? Doubt { get; private set; }

    /// <summary>Its machine ended, and it has not been compared with a master's copy since, whether it is up or not.</summary>
    public bool HasLostSomething { get; private set; }

    public void Start()
    {
        var root = _disk.Start();
        _lives++;
        HasRead = cluster.Recklessness == Recklessness.TakesWordUnread;
        _store = PlacementStore.Open(root.Directory("placement"));
        _acceptor = _store.Read(Broker);
        if (!isWitness)
        {
            _logs = new SimulatedLogs(root.Directory(Broker), cluster.LogOptions);
            _copy = new BrokerCopy(_logs);
            BeginToUse();
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
        (Reign, _copy, _round, _onOutcome, _following, _isElecting, Doubt) = (null, null, null, null, null, false, null);
        _jobs.Clear();
        if (isPowerCut)
        {
            _disk.PowerCut();
            _bootId = NewBoot(cluster.Random);
            HasLostSomething |= !isWitness && !cluster.IsSyncFlush;
        }

        cluster.DisconnectAll(index);
    }

    private void BeginToUse()
    {
        _trust = new CopyTrust(_logs!.Root, _bootId);
        _trust.Use(cluster.IsSyncFlush);

        // Nobody else has what a degraded master showed.
        if (_trust.IsDoubtful && !(cluster.IsPair && DegradedFile.Read(_logs.Root) is { LeftOut.Count: > 0 } kept && kept.Epoch == _copy!.Promised))
        {
            var ends = _copy!.OpenAll().Values;
            Doubt = new CopyDoubt(ends.Select(end => end.LastEpoch).DefaultIfEmpty(-1).Max(), ends.Sum(end => end.End.Position));
        }
    }

    private void Trust()
    {
        if (Doubt is not null)
        {
            cluster.Trace($"{Name} is doubtful no more");
        }

        _trust!.Trust();
        (Doubt, HasLostSomething) = (null, false);
    }

    private static Guid NewBoot(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
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

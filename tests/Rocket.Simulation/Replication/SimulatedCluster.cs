using System.Text;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Replication;

/// <summary>
/// Three voters, two or three of which hold a copy of one broker, or a pair of which a person decides who is dead: the placement register, elections, fences, alignment, replication and the
/// in-sync set together, over disks and links that fail. Everything follows from the seed.
/// </summary>
internal sealed class SimulatedCluster
{
    public static readonly string[] Names = ["node1", "node2", "node3"];

    private const int Steps = 900;
    private const int StepsToSettle = 30_000;

    private readonly StringBuilder _trace = new();
    private readonly HashSet<SimulatedNode> _told = [];
    private long _nextId;
    private int _nextSession;

    public SimulatedCluster(int seed, Recklessness recklessness = Recklessness.None, bool isPair = false)
    {
        Random = new Random(seed);
        Recklessness = recklessness;
        IsPair = isPair;
        IsSyncFlush = Random.Next(2) == 0;
        LogOptions = new LogOptions(SegmentSize: 1 << Random.Next(9, 13), MaxRecordSize: 1 << 16, CheckpointEvery: 1 << Random.Next(9, 13));
        Network = new SimulatedNetwork(Voters, Random);
        var hasWitness = Random.Next(2) == 0;
        Nodes = [.. Enumerable.Range(0, Voters).Select(index => new SimulatedNode(this, index, isWitness: index == 2 && hasWitness))];
        ReplicaNames = [.. Nodes.Where(node => !node.IsWitness).Select(node => node.Name)];
        foreach (var node in Nodes)
        {
            node.Start();
        }
    }

    public Random Random { get; }

    public Recklessness Recklessness { get; }

    public bool IsSyncFlush { get; }

    public LogOptions LogOptions { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedNode[] Nodes { get; }

    public IReadOnlyList<string> ReplicaNames { get; }

    /// <summary>Two voters, and manual failover.</summary>
    public bool IsPair { get; }

    public int Voters => IsPair ? 2 : Names.Length;

    public Promises Promises { get; } = new();

    /// <summary>Masters that there have been.</summary>
    public int Reigns { get; set; }

    public long Now { get; private set; }

    public long NextId() => ++_nextId;

    public int NextSession() => ++_nextSession;

    public static string NameOf(int node) => Names[node];

    /// <summary>Whom a node believes to be there; it may be wrong.</summary>
    public IReadOnlyCollection<string> PresentAsSeenBy(int node) =>
        [.. Names.Take(Voters).Where((_, peer) => peer == node || (Network.IsConnected(node, peer) && Random.Next(10) > 0))];

    /// <summary>What a node hears of another one's copy.</summary>
    public HeardCopy HeardBy(int node, string other)
    {
        var heard = Nodes.Single(each => each.Name == other);
        return heard.IsUp && Network.IsConnected(node, heard.Index) ? new HeardCopy(true, heard.Doubt) : default;
    }

    /// <summary>Whether every machine of a set ended, and none of them has had what it lost since: nobody promises anything then, under async-flush.</summary>
    public bool HaveAllLostSomething(IEnumerable<string> inSync) => inSync.All(name => Nodes.Single(node => node.Name == name).HasLostSomething);

    /// <summary>Lives through faults, then heals, and expects everyone to have everything in the end.</summary>
    public void Run()
    {
        for (var step = 0; step < Steps; step++)
        {
            Step(hasFaults: true);
        }

        Heal();
        for (var step = 0; ; step++)
        {
            if (step == StepsToSettle)
            {
                throw new BrokenPromiseException($"the cluster does not settle: {string.Join("; ", Nodes.AsEnumerable())}");
            }

            if (step % 50 == 0 && Nodes.Count(node => node.Reign is not null) == 1 && Nodes.First(node => node.Reign is not null).Reign!.IsSettled)
            {
                break;
            }

            Step(hasFaults: false);
        }

        foreach (var node in Nodes.Where(node => !node.IsWitness))
        {
            node.CheckAll(Promises);
        }
    }

    public void DisconnectAll(int node)
    {
        for (var peer = 0; peer < Voters; peer++)
        {
            Network.Disconnect(node, peer);
            if (peer != node && Network.IsConnected(peer, node))
            {
                Disconnect(peer, node);
            }
        }
    }

    public override string ToString() => $"{(IsSyncFlush ? "sync-flush" : "async-flush")}\n{_trace}";

    private void Step(bool hasFaults)
    {
        Now++;
        var node = Nodes[Random.Next(Voters)];
        try
        {
            switch (Random.Next(40))
            {
                case < 20:
                    Deliver();
                    break;
                case < 25 when hasFaults || Random.Next(6) == 0:
                    Master()?.Append(Random);
                    break;
                case < 29:
                    Master()?.Tick();
                    break;
                case < 31:
                    node.Reign?.Flush(Random);
                    break;
                case < 33:
                    node.FlushCopy(Random);
                    break;
                case < 34:
                case 34 when !IsPair:
                    Connect();
                    break;
                case 38 when Random.Next(3) == 0:
                    node.Reign?.Drop(Random);
                    break;
                case 35:
                    node.HurryRound(Random);
                    break;
                case 36 when Master() is null || (hasFaults && Random.Next(3) == 0):
                    Elect(node);
                    break;
                case 37 or 39 when hasFaults:
                    Fault(node);
                    break;
                case 34 when IsPair:
                    SayWhoIsDead();
                    break;
            }
        }
        catch (Exception failure) when (failure is SimulatedCrashException or LogPoisonedException { InnerException: SimulatedCrashException })
        {
            CrashTheOneThatFailed();
        }

        if (!node.IsUp && (!hasFaults || Random.Next(IsPair ? 30 : 12) == 0))
        {
            Trace($"{node.Name} starts");
            node.Start();
        }
    }

    private void Deliver()
    {
        if (!Network.TryTake(out var dialer, out var peer, out var isForth, out var message))
        {
            return;
        }

        var receiver = Nodes[isForth ? peer : dialer];
        if (!receiver.IsUp)
        {
            return;
        }

        if (isForth)
        {
            receiver.Receive(dialer, message);
        }
        else
        {
            receiver.ReceiveAnswer(peer, message);
        }
    }

    private void Connect()
    {
        if (Network.TryFindUnconnected(node => Nodes[node].IsUp, out var from, out var to))
        {
            Network.Connect(from, to);
            Nodes[from].Connected(to);
        }
    }

    private void Disconnect(int from, int to)
    {
        Network.Disconnect(from, to);
        Nodes[from].Disconnected(to);
    }

    private SimulatedReign? Master()
    {
        var masters = Nodes.Where(node => node.Reign is not null).ToList();
        return masters.Count == 0 ? null : masters[Random.Next(masters.Count)].Reign;
    }

    /// <summary>
    /// A person sees that one of two nodes is down and the other one is up, and says so; but not of a node that was told that the other one is dead, whether or not it could answer, and has not
    /// met that one since: what it took alone, only it has.
    /// </summary>
    private void SayWhoIsDead()
    {
        _told.RemoveWhere(node => node is { IsUp: true, HasVotedOut: false });
        if (Nodes.FirstOrDefault(node => !node.IsUp) is { } dead && Nodes.FirstOrDefault(node => node.IsUp) is { HasRead: true, HasVotedOut: false } left && !_told.Contains(dead))
        {
            Trace($"{dead.Name} is dead, {left.Name} is told");
            _told.Add(left);
            left.VoteOut(dead.Index);
        }
    }

    private static void Elect(SimulatedNode node)
    {
        if (node.IsUp)
        {
            node.Elect();
        }
    }

    private void Fault(SimulatedNode node)
    {
        var (from, to) = (Random.Next(Voters), Random.Next(Voters));
        switch (Random.Next(9))
        {
            case 0 when node.IsUp:
                var isPowerCut = Random.Next(2) == 0;
                Trace($"{node} {(isPowerCut ? "loses power" : "is killed")}");
                node.Crash(isPowerCut);
                if (Recklessness == Recklessness.WipedVoterVotes && Random.Next(2) == 0)
                {
                    node.WipePlacements();
                }

                break;
            case 1 when node.IsUp:
                node.Arm(Random.Next(1, 40));
                break;
            case 2 when Random.Next(6) == 0:
                Trace("all lose power");
                foreach (var each in Nodes.Where(each => each.IsUp))
                {
                    each.Crash(isPowerCut: true);
                }

                break;
            case 3 or 4 when from != to:
                Trace($"cut {Names[from]} -> {Names[to]}");
                Network.Cut(from, to);
                break;
            case 5 or 6 when !IsPair || Random.Next(4) == 0: // a pair's master goes on alone only after a while
                Network.HealAll();
                break;
            case 7 or 8 when from != to && Network.IsConnected(from, to):
                Disconnect(from, to);
                break;
        }
    }

    private void CrashTheOneThatFailed()
    {
        foreach (var node in Nodes.Where(node => node.IsUp && node.HasFailed))
        {
            Trace($"{node} ends at a step of its disk");
            node.Crash(isPowerCut: Random.Next(2) == 0);
        }
    }

    private void Heal()
    {
        Trace("healed");
        Network.HealAll();
        foreach (var node in Nodes)
        {
            node.Disarm();
            if (!node.IsUp)
            {
                node.Start();
            }
        }
    }

    public void Trace(string line) => _trace.Append(Now).Append(": ").AppendLine(line);
}

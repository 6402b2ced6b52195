using System.Text;
using Rocket.Actors.Placement;
using Rocket.Simulation.Storage;

namespace Rocket.Simulation.Forming;

/// <summary>Rules that nodes may break, to see whether the check notices.</summary>
internal enum FormingCarelessness
{
    None,

    /// <summary>The lowest of those that hear a majority forms a cluster without asking.</summary>
    AsksNobody,

    /// <summary>A voter that is started again does not know what it has granted.</summary>
    ForgetsItsWord,

    /// <summary>A voter that lost its folder grants at once.</summary>
    GrantsWithAnEmptyFolder,

    /// <summary>A grant is void before the time is over in which it can be used.</summary>
    KeepsItsWordTooShort,
}

/// <summary>
/// Nodes that start, look for a cluster, crash, are paused and are cut off, in one direction or in both, and of which a minority loses its folders, over links that bring things late but
/// in order. Checked at each founding: a majority of the voters is in no other cluster. In the end all are in one. Everything follows from the seed.
/// </summary>
internal sealed class FormingSimulation
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Faults = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    private readonly FormingNode[] _nodes;
    private readonly Queue<(TimeSpan At, FormingPacket Packet)>[,] _links;
    private readonly bool[,] _isCut;
    private readonly HashSet<Ballot> _founded = [];
    private readonly StringBuilder _trace = new();
    private readonly HashSet<FormingNode> _losers = [];

    public FormingSimulation(int seed, FormingCarelessness carelessness = FormingCarelessness.None)
    {
        Random = new Random(seed);
        Carelessness = carelessness;
        var count = new[] { 2, 3, 3, 3, 4, 5 }[Random.Next(6)];
        Names = [.. Enumerable.Range(1, count).Select(number => $"node{number}")];
        _links = new Queue<(TimeSpan, FormingPacket)>[count, count];
        _isCut = new bool[count, count];
        for (var from = 0; from < count; from++)
        {
            for (var to = 0; to < count; to++)
            {
                _links[from, to] = new Queue<(TimeSpan, FormingPacket)>();
            }
        }

        _nodes = [.. Names.Select((_, index) => new FormingNode(this, index))];
    }

    public Random Random { get; }

    public FormingCarelessness Carelessness { get; }

    public string[] Names { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(10);

    /// <summary>Clusters that were formed.</summary>
    public int Foundings => _founded.Count;

    public void Run()
    {
        var heals = Now + Faults;
        while (Now < heals)
        {
            Live();
            if (Random.Next(25) == 0)
            {
                Fault(_nodes[Random.Next(_nodes.Length)]);
            }
        }

        Heal();
        var end = Now + Settling;
        while (!AreAllInOneCluster())
        {
            if (Now > end)
            {
                throw new BrokenPromiseException(
                    "not all in one cluster: " + string.Join("; ", _nodes.Select(node => $"{node.Name} {node.Number} {(node.IsMember ? "member" : "waits for " + node.WaitsFor)}")));
            }

            Live();
        }
    }

    public void Send(int from, int to, FormingPacket packet)
    {
        if (to < 0 || _isCut[from, to])
        {
            return;
        }

        var delay = Random.Next(30) == 0 ? Random.Next(900) : Random.Next(1, 60);
        _links[from, to].Enqueue((Now + TimeSpan.FromMilliseconds(delay), packet));
    }

    public void Founded(int founder, Ballot number)
    {
        Trace($"{Names[founder]} founds {number}");
        if (!_founded.Add(number))
        {
            throw new BrokenPromiseException($"two clusters have number {number}");
        }

        var elsewhere = _nodes.Where((node, index) => index != founder && node.Number != Ballot.None && node.Number != number).ToList();
        if (Names.Length - elsewhere.Count <= Names.Length / 2)
        {
            throw new BrokenPromiseException(
                $"{Names[founder]} founds {number} while {string.Join(", ", elsewhere.Select(node => $"{node.Name} is in {node.Number}"))}");
        }
    }

    /// <summary>For nodes that ask nobody.</summary>
    public bool SeesNoClusterAndIsLowest(int index, Func<int, bool> hears)
    {
        var heard = Enumerable.Range(0, Names.Length).Where(peer => peer == index || hears(peer)).ToList();
        return heard.Count > Names.Length / 2 && heard.Min() == index && heard.All(peer => !_nodes[peer].IsMember);
    }

    /// <summary>A process that begins anew has new connections: nothing that was under way arrives.</summary>
    public void ClosesLinks(int node)
    {
        for (var peer = 0; peer < Names.Length; peer++)
        {
            _links[node, peer].Clear();
            _links[peer, node].Clear();
        }
    }

    public void Trace(string line) => _trace.Append(Now.TotalMilliseconds).Append(": ").AppendLine(line);

    public override string ToString() => _trace.ToString();

    private void Live()
    {
        Now += Step;
        for (var from = 0; from < Names.Length; from++)
        {
            for (var to = 0; to < Names.Length; to++)
            {
                while (!_nodes[to].IsPaused && _links[from, to].TryPeek(out var next) && next.At <= Now)
                {
                    _links[from, to].Dequeue();
                    _nodes[to].Receive(from, next.Packet);
                }
            }
        }

        foreach (var node in _nodes)
        {
            node.Tick();
        }
    }

    private void Fault(FormingNode node)
    {
        var (from, to) = (Random.Next(Names.Length), Random.Next(Names.Length));
        switch (Random.Next(14))
        {
            case < 5 when !node.IsUp:
                Trace($"{node.Name} starts");
                node.Start();
                break;
            case 5 when node.IsUp:
                Trace($"{node.Name} crashes");
                ClosesLinks(Array.IndexOf(_nodes, node));
                node.Crash();
                break;
            case 6 when node.IsUp:
                Trace($"{node.Name} is paused");
                node.Pause(TimeSpan.FromMilliseconds(Random.Next(100, 6000)));
                break;
            case 12 when MayLoseItsFolder(node):
                Trace($"{node.Name} loses its folder");
                ClosesLinks(Array.IndexOf(_nodes, node));
                node.Crash();
                node.Lose();
                node.Start();
                break;
            case 7 or 8:
                Trace($"cut {Names[from]} -> {Names[to]}");
                _isCut[from, to] = true;
                break;
            case 9:
                Trace($"cut {Names[from]} <-> {Names[to]}");
                _isCut[from, to] = _isCut[to, from] = true;
                break;
            case 10 or 11:
                Trace("cuts healed");
                Array.Clear(_isCut);
                break;
        }
    }

    // A majority keeps its folders: nothing remembers the number of a cluster all of whose members lost theirs.
    private bool MayLoseItsFolder(FormingNode node)
    {
        if (!_losers.Contains(node) && (_losers.Count + 1) * 2 >= Names.Length)
        {
            return false;
        }

        _losers.Add(node);
        return true;
    }

    private void Heal()
    {
        Trace("healed");
        Array.Clear(_isCut);
        foreach (var node in _nodes.Where(node => !node.IsUp))
        {
            node.Start();
        }
    }

    private bool AreAllInOneCluster() => _nodes.All(node => node.IsMember && !node.IsPaused && node.Number == _nodes[0].Number);
}

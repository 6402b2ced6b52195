using System.Globalization;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>
/// Machines that share one Ethernet switch, all of it in network namespaces: what one sends to another can be made to vanish, without an error for anybody, as when a cable is broken.
/// </summary>
internal sealed class SeparateNetwork : IDisposable
{
    private const string Switch = "switch";
    private const string Device = "eth0";

    /// <summary>Nobody has this address: a frame to it reaches every machine, and each throws it away.</summary>
    private const string Nobody = "02:00:00:00:ff:ff";

    private readonly Dictionary<string, NetworkNamespace> _spaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<(string From, string To)> _cuts = [];

    /// <param name="machines">Their names.</param>
    public SeparateNetwork(params string[] machines)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"rocket-{Environment.ProcessId}-{Random.Shared.Next():x8}");
        try
        {
            _spaces.Add(Switch, new NetworkNamespace($"{prefix}-{Switch}"));
            _spaces[Switch].Ip("link", "add", "bridge", "type", "bridge");
            _spaces[Switch].Ip("link", "set", "bridge", "up");
            foreach (var machine in machines)
            {
                Add(machine, new NetworkNamespace($"{prefix}-{machine}"));
            }

            // Nobody ever asks who has an address, so that a cut is there at once and ends at once.
            foreach (var (from, to) in from one in machines from other in machines where one != other select (one, other))
            {
                Direct(from, to, MacOf(to));
            }
        }
        catch (InvalidOperationException)
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace this[string machine] => _spaces[machine];

    public string AddressOf(string machine) => string.Create(CultureInfo.InvariantCulture, $"10.77.0.{_numbers[machine]}");

    /// <summary>What any of one side sends to any of the other is lost from now on.</summary>
    public void CutOneWay(IEnumerable<string> from, IReadOnlyCollection<string> to)
    {
        foreach (var (sender, receiver) in from one in @from from other in to where one != other select (one, other))
        {
            Direct(sender, receiver, Nobody);
            _cuts.Add((sender, receiver));
        }
    }

    /// <summary>The two sides hear each other no more.</summary>
    public void Cut(IReadOnlyCollection<string> one, IReadOnlyCollection<string> other)
    {
        CutOneWay(one, other);
        CutOneWay(other, one);
    }

    /// <summary>Everybody hears everybody.</summary>
    public void Heal()
    {
        foreach (var (from, to) in _cuts)
        {
            Direct(from, to, MacOf(to));
        }

        _cuts.Clear();
    }

    public void Dispose()
    {
        foreach (var space in _spaces.Values)
        {
            space.Dispose();
        }

        _spaces.Clear();
    }

    private void Add(string machine, NetworkNamespace space)
    {
        _spaces.Add(machine, space);
        var number = _numbers.Count + 1;
        _numbers.Add(machine, number);
        var port = string.Create(CultureInfo.InvariantCulture, $"port{number}");
        _spaces[Switch].Ip("link", "add", port, "type", "veth", "peer", "name", Device, "address", MacOf(machine), "netns", space.Name);
        _spaces[Switch].Ip("link", "set", port, "master", "bridge", "up");
        space.Ip("address", "add", AddressOf(machine) + "/24", "dev", Device);
        space.Ip("link", "set", Device, "up");
        space.Ip("link", "set", "lo", "up");
    }

    private string MacOf(string machine) => string.Create(CultureInfo.InvariantCulture, $"02:00:00:00:00:{_numbers[machine]:x2}");

    private void Direct(string from, string to, string mac) =>
        _spaces[from].Ip("neighbour", "replace", AddressOf(to), "lladdr", mac, "dev", Device, "nud", "permanent");
}

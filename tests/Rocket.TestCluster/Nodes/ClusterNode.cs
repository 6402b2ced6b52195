using System.Globalization;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Nodes;

/// <summary>One node of a <see cref="ProcessCluster"/>: a process of its own that may be killed, stopped, and started again on its folder and ports.</summary>
/// <param name="name">Its name.</param>
/// <param name="broker">The broker that it leads; null: it is a witness.</param>
/// <param name="copies">Brokers of other nodes that it holds copies of.</param>
/// <param name="folder">Where its data folder is made.</param>
/// <param name="place">Where it runs.</param>
public sealed class ClusterNode(string name, string? broker, IReadOnlyList<string> copies, DirectoryInfo folder, NodePlace place) : IRunningNode
{
    private readonly Dictionary<string, int> _copyPorts = copies.ToDictionary(copy => copy, _ => FreePorts.Take(), StringComparer.Ordinal);
    private HostRun? _run;
    private int _starts;

    public string Name => name;

    public NodePlace Place => place;

    /// <summary>Broker that it leads while it is up; null: it is a witness.</summary>
    public string? Broker => broker;

    public int NameServerPort { get; } = FreePorts.Take();

    public int BrokerPort { get; } = FreePorts.Take();

    public int LinkPort { get; } = FreePorts.Take();

    public int OperatorPort { get; } = FreePorts.Take();

    public int RemotePort { get; } = FreePorts.Take();

    /// <summary>Its data folder; before it is started, another one may be set.</summary>
    public string DataDir { get; set; } = Path.Combine(folder.FullName, name);

    /// <summary>The process as it runs now.</summary>
    public HostRun Run => _run ?? throw new InvalidOperationException($"{name} was not started");

    public bool IsRunning => _run is { HasExited: false };

    /// <summary>How often a run of it ended before it was told to.</summary>
    public int UnexpectedEnds { get; private set; }

    /// <summary>The run of the machine that its next starts belong to; null: the one that it really is.</summary>
    public Guid? BootId { get; set; }

    /// <summary>Where it serves a broker that it leads or holds a copy of.</summary>
    public int PortOf(string held) => held == broker ? BrokerPort : _copyPorts[held];

    /// <summary>Where it serves a broker, as routes tell it.</summary>
    public string AddressOf(string held) => string.Create(CultureInfo.InvariantCulture, $"{place.Host}:{PortOf(held)}");

    /// <summary>Starts it with this configuration and returns at once.</summary>
    public void Start(string hocon)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{name} still runs");
        }

        var file = Path.Combine(folder.FullName, name + ".hocon");
        File.WriteAllText(file, hocon);
        UnexpectedEnds += _run is { EndedByItself: true } ? 1 : 0;
        _run?.Dispose();
        _run = HostRun.Start(
            ["--config", file],
            folder.FullName,
            Environment(),
            runner: place.Runner,
            log: Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{name}-{++_starts:000}.log")));
    }

    private Dictionary<string, string> Environment()
    {
        if (BootId is not { } id)
        {
            return [];
        }

        var file = Path.Combine(folder.FullName, name + ".boot-id");
        File.WriteAllText(file, $"{id}\n");
        return new Dictionary<string, string> { ["ROCKET_BOOT_ID_FILE"] = file };
    }

    /// <summary>Its configuration, with keys that differ behind it.</summary>
    public string Configuration(string cluster, string failover, IReadOnlyList<ClusterNode> nodes, params IEnumerable<string> more)
    {
        var voters = nodes.Select(node => $"    {node.Name} = \"{node.Place.Host}:{node.LinkPort.ToString(CultureInfo.InvariantCulture)}\"");
        string[] brokers = [.. broker is null ? [] : new[] { broker }, .. copies];
        var sections = brokers.Select(held => $"    {held} {{\n      port = {PortOf(held)}\n      replicas = [{string.Join(", ", HoldersOf(held, nodes))}]\n    }}\n");
        return $$"""
            rocket {
              cluster-name = {{cluster}}
              node-name = {{name}}
              bind-host = {{place.Host}}
              advertised-host = {{place.Host}}
              data-dir = "{{DataDir}}"
              name-server.port = {{NameServerPort}}
              dashboard.port = {{OperatorPort}}
              failover = {{failover}}
              replication.port = {{LinkPort}}
              voters {
            {{string.Join('\n', voters)}}
              }
              brokers {
            {{string.Concat(sections)}}
              }
            }
            akka.remote.dot-netty.tcp.port = {{RemotePort}}
            {{string.Join('\n', more)}}
            """;
    }

    private static IEnumerable<string> HoldersOf(string held, IReadOnlyList<ClusterNode> nodes) =>
        nodes.Where(node => node.Holds(held)).OrderBy(node => node.Broker == held ? 0 : 1).Select(node => node.Name);

    private bool Holds(string held) => held == Broker || _copyPorts.ContainsKey(held);

    public void Dispose() => _run?.Dispose();
}

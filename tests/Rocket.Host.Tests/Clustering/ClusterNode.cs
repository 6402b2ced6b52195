using System.Globalization;
using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Clustering;

/// <summary>One node of a <see cref="ProcessCluster"/>: a process of its own that may be killed, stopped, and started again on its folder and ports.</summary>
public sealed class ClusterNode(string name, string? broker, DirectoryInfo folder) : IRunningNode
{
    private HostRun? _run;

    public string Name => name;

    /// <summary>Broker that it holds alone; null: it is a witness.</summary>
    public string? Broker => broker;

    public int NameServerPort { get; } = FreePorts.Take();

    public int BrokerPort { get; } = FreePorts.Take();

    public int LinkPort { get; } = FreePorts.Take();

    public int OperatorPort { get; } = FreePorts.Take();

    public int RemotePort { get; } = FreePorts.Take();

    public string DataDir => Path.Combine(folder.FullName, name);

    /// <summary>The process as it runs now.</summary>
    public HostRun Run => _run ?? throw new InvalidOperationException($"{name} was not started");

    public bool IsRunning => _run is { HasExited: false };

    /// <summary>Starts it with this configuration and returns at once.</summary>
    public void Start(string hocon)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{name} still runs");
        }

        var file = Path.Combine(folder.FullName, name + ".hocon");
        File.WriteAllText(file, hocon);
        _run?.Dispose();
        _run = HostRun.Start(["--config", file], folder.FullName);
    }

    /// <summary>Its configuration, with keys that differ behind it.</summary>
    public string Configuration(string cluster, string failover, IEnumerable<ClusterNode> nodes, params IEnumerable<string> more)
    {
        var voters = nodes.Select(node => $"    {node.Name} = \"127.0.0.1:{node.LinkPort.ToString(CultureInfo.InvariantCulture)}\"");
        var brokers = broker is null ? "" : $"    {broker} {{\n      port = {BrokerPort}\n    }}\n";
        return $$"""
            rocket {
              cluster-name = {{cluster}}
              node-name = {{name}}
              data-dir = "{{DataDir}}"
              name-server.port = {{NameServerPort}}
              dashboard.port = {{OperatorPort}}
              failover = {{failover}}
              replication.port = {{LinkPort}}
              voters {
            {{string.Join('\n', voters)}}
              }
              brokers {
            {{brokers}}
              }
            }
            akka.remote.dot-netty.tcp.port = {{RemotePort}}
            {{string.Join('\n', more)}}
            """;
    }

    public void Dispose() => _run?.Dispose();
}

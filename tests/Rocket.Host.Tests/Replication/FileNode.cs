using System.Globalization;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Configuration;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Connections;

namespace Rocket.Host.Tests.Replication;

/// <summary>A node that is started from one of the files of <c>hocon/</c>, with other ports and folders.</summary>
/// <param name="file">The file's name, without its ending.</param>
/// <param name="brokers">The brokers that it holds.</param>
internal sealed class FileNode(string file, IReadOnlyList<string> brokers) : IDisposable
{
    private readonly Dictionary<string, int> _ports = brokers.ToDictionary(broker => broker, _ => FreePorts.Take(), StringComparer.Ordinal);
    private readonly int _remotePort = FreePorts.Take();
    private HostRun? _run;

    public int NameServerPort { get; } = FreePorts.Take();

    public int LinkPort { get; } = FreePorts.Take();

    public int OperatorPort { get; } = FreePorts.Take();

    public HostRun Run => _run!;

    /// <summary>Where it serves a broker.</summary>
    public int PortOf(string broker) => _ports[broker];

    public void Start(IReadOnlyList<string> settings, string folder)
    {
        List<string> all =
        [
            $"rocket.name-server.port={NameServerPort}",
            $"rocket.replication.port={LinkPort}",
            $"rocket.dashboard.port={OperatorPort}",
            $"akka.remote.dot-netty.tcp.port={_remotePort}",
            .. _ports.Select(port => $"rocket.brokers.{port.Key}.port={port.Value}"),
            .. settings,
        ];
        _run?.Dispose();
        _run = HostRun.Start(
            ["--config", Path.Combine(Repository.Root, "hocon", file + ".hocon"), .. all.SelectMany(setting => new[] { "--set", setting })], folder);
    }

    public Task WaitUntilReadyAsync(string name) => _run!.WaitForOutputAsync($"Rocket {name} ready", ProcessCluster.Patience);

    /// <summary>A connection to the port where it serves a broker.</summary>
    public Task<RemotingConnection> ConnectAsync(string broker) => RemotingConnection.ConnectAsync("127.0.0.1", _ports[broker]);

    /// <summary>Waits until it shows a broker with this master, these nodes in sync and this state.</summary>
    public async Task WaitForBrokerAsync(string broker, string master, string inSync, string state)
    {
        var last = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                var run = await CommandAsync("rocket brokers --json");
                last = run.Output + run.Error;
                return run.ExitCode == 0 && run.Rows().Any(row =>
                    row["broker"].GetString() == broker && row["master"].GetString() == master && row["in-sync"].GetString() == inSync && row["state"].GetString() == state);
            },
            ProcessCluster.Patience,
            () => last);
    }

    /// <summary>An operator's command to it.</summary>
    public Task<CommandRun> CommandAsync(string line) => CommandRun.OfAsync(string.Create(CultureInfo.InvariantCulture, $"{line} --node 127.0.0.1:{OperatorPort}"));

    public void Dispose() => _run?.Dispose();
}

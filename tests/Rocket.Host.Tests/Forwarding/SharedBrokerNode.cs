using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Rocket.Actors.Storage;
using Rocket.Host.Configuration;
using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>One node of a <see cref="SharedBroker"/>, within the process of the tests: its sockets, actors and files are those of every node.</summary>
internal sealed class SharedBrokerNode(string name, DirectoryInfo folder) : IRunningNode, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;

    public string Name => name;

    public int NameServerPort { get; } = FreePorts.Take();

    public int BrokerPort { get; } = FreePorts.Take();

    public int LinkPort { get; } = FreePorts.Take();

    public string BrokerAddress => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{BrokerPort}");

    public bool IsRunning => !_running.IsCompleted;

    /// <summary>Starts it and returns at once.</summary>
    public void Start(IReadOnlyList<SharedBrokerNode> nodes)
    {
        var configuration = Load(nodes);
        _stop?.Dispose();
        _stop = new CancellationTokenSource();
        var files = new FileDirectory(configuration.Node.DataDir, configuration.Node.Limits.MaxOpenFiles);
        _running = RocketHost.RunAsync(configuration, files, TimeProvider.System, NullLoggerFactory.Instance, _stop.Token);
    }

    /// <summary>Asks it to stop and waits for its end; throws what it failed with.</summary>
    public async Task StopAsync()
    {
        await _stop!.CancelAsync();
        await _running.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await StopAsync();
        }

        _stop?.Dispose();
    }

    private NodeConfiguration Load(IReadOnlyList<SharedBrokerNode> nodes)
    {
        List<string> settings =
        [
            $"rocket.node-name={name}",
            string.Create(CultureInfo.InvariantCulture, $"rocket.name-server.port={NameServerPort}"),
            string.Create(CultureInfo.InvariantCulture, $"rocket.replication.port={LinkPort}"),
            string.Create(CultureInfo.InvariantCulture, $"rocket.brokers.{SharedBroker.Name}.port={BrokerPort}"),
            string.Create(CultureInfo.InvariantCulture, $"akka.remote.dot-netty.tcp.port={FreePorts.Take()}"),
            $"rocket.brokers.{SharedBroker.Name}.replicas=[{string.Join(", ", nodes.Select(node => node.Name))}]",

            // Under async-master who has sent may be answered before consumers see it.
            "rocket.broker-defaults.broker-role=sync-master",
            "rocket.dashboard.port=off",
            $"rocket.data-dir=\"{folder.FullName}/{name}\"",
            .. nodes.Select(node => string.Create(CultureInfo.InvariantCulture, $"rocket.voters.{node.Name}=\"127.0.0.1:{node.LinkPort}\"")),
        ];
        var (configuration, errors) = NodeConfiguration.Load(null, settings);
        if (configuration is null)
        {
            throw new InvalidOperationException(string.Join('\n', errors));
        }

        return configuration;
    }
}

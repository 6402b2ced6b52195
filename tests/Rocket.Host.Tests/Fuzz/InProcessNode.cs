using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Host.Configuration;
using Rocket.Host.Gateway;
using Xunit;

namespace Rocket.Host.Tests.Fuzz;

/// <summary>
/// A node in this process: the real gateway, actors and storage on a folder of its own; only its listeners are missing, its connections are in
/// memory.
/// </summary>
internal sealed class InProcessNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly DirectoryInfo _folder;
    private readonly FlushThreads _flushThreads;
    private readonly ActorSystem _system;
    private readonly GatewayServer _gateway;
    private readonly DataFolder _held;
    private readonly Task _running;

    private InProcessNode(string[] settings, Func<IStorageDirectory, IStorageDirectory> disk)
    {
        _folder = Directory.CreateTempSubdirectory("rocket-node-");
        AkkaErrors.Target = Log;
        var configuration = Load(settings);
        _flushThreads = new FlushThreads(2);
        var node = new NodeContext(
            configuration.Node, disk(new FileDirectory(configuration.Node.DataDir, configuration.Node.Limits.MaxOpenFiles)), _flushThreads, TimeProvider.System);
        Environment = new GatewayEnvironment(node, Log);
        _gateway = new GatewayServer(Environment);
        Broker = _gateway.Listeners.Single(listener => listener.Broker is not null);
        NameServer = _gateway.Listeners.Single(listener => listener.Broker is null);
        _system = RocketSystem.Create(configuration);
        _held = DataFolder.Hold(configuration.Node);
        _running = RocketHost.RunAsync(node, Environment, _gateway, links: null, _system, Log, _stop.Token);
    }

    public GatewayEnvironment Environment { get; }

    public NodeLog Log { get; } = new();

    public GatewayListener Broker { get; }

    public GatewayListener NameServer { get; }

    /// <summary>Starts a node and waits until it serves.</summary>
    /// <param name="settings"><c>key=value</c>, as behind <c>--set</c>.</param>
    /// <param name="disk">What stands between the node and its folder.</param>
    public static async Task<InProcessNode> StartAsync(string[] settings, Func<IStorageDirectory, IStorageDirectory>? disk = null)
    {
        var node = new InProcessNode(settings, disk ?? (folder => folder));
        await node.Environment.WhenStarted.WaitAsync(Patience);
        return node;
    }

    /// <summary>Connects; the task is complete when the node has done with the connection.</summary>
    public (InMemoryTransport Transport, Task Served) Connect(GatewayListener listener)
    {
        var transport = new InMemoryTransport();
        return (transport, ServeAsync(transport, listener));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        await CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Patience);
        _held.Dispose();
        _flushThreads.Dispose();
        _stop.Dispose();
        AkkaErrors.Target = null;
        _folder.Delete(recursive: true);
    }

    private async Task ServeAsync(InMemoryTransport transport, GatewayListener listener)
    {
        // As a web server does, away from the caller.
        await Task.Yield();
        await using (transport)
        {
            await _gateway.ServeAsync(transport, listener);
        }
    }

    private NodeConfiguration Load(string[] settings)
    {
        string[] own =
        [
            $"rocket.data-dir=\"{Path.Combine(_folder.FullName, "data")}\"",
            "akka.remote.dot-netty.tcp.port=0",
            $"akka.loggers=[\"{AkkaErrors.TypeName}\"]",
            $"akka.stdout-logger-class=\"{AkkaErrors.TypeName}\"",
        ];
        var (configuration, errors) = NodeConfiguration.Load(null, [.. own, .. settings]);
        Assert.True(configuration is not null, string.Join('\n', errors));
        return configuration;
    }
}

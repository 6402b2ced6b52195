using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Host.Configuration;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Host.Tests.Fuzz;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>The gateway of node1 without actors, sockets and files: it holds broker-a, and leads nothing. A test is its clients and the other nodes.</summary>
internal sealed class GatewayBesideLinks : IAsyncDisposable
{
    private readonly FlushThreads _threads = new(1);
    private readonly NodeContext _node;
    private readonly GatewayServer _server;
    private readonly RequestForwarder _forwarder;
    private readonly ForwardedClients _forwarded;
    private readonly List<Task> _served = [];
    private readonly List<GatewayClient> _clients = [];
    private long _version;
    private bool _isDisposed;

    /// <param name="time">The clock.</param>
    /// <param name="settings"><c>key=value</c>, as behind <c>--set</c>.</param>
    public GatewayBesideLinks(TimeProvider time, params string[] settings)
        : this(time, isAnew: false, settings) => Environment.Start.Ready();

    /// <param name="time">The clock.</param>
    /// <param name="isAnew">It was in a cluster before. Its ports are shut.</param>
    /// <param name="settings"><c>key=value</c>, as behind <c>--set</c>.</param>
    public GatewayBesideLinks(TimeProvider time, bool isAnew, params string[] settings)
    {
        var folder = Path.Combine(Path.GetTempPath(), "rocket-never-made");
        var (configuration, errors) = NodeConfiguration.Load(
            null, [$"rocket.data-dir=\"{folder}\"", "rocket.voters.node1=\"127.0.0.1:10912\"", "rocket.voters.node2=\"127.0.0.1:20912\"", .. settings]);
        var node = (configuration ?? throw new ArgumentException(string.Join('\n', errors), nameof(settings))).Node;
        _node = new NodeContext(node, new FileDirectory(folder, 64), _threads, time);
        Environment = new GatewayEnvironment(_node, NullLogger.Instance, isAnew);
        _server = new GatewayServer(Environment);
        Environment.Forwarder = _forwarder = new RequestForwarder(Environment);
        _forwarded = new ForwardedClients(_server, Environment);
    }

    public GatewayEnvironment Environment { get; }

    /// <summary>A link to another node that leads broker-a from now on.</summary>
    public RecordedLink LinkToLeader(string leader = "node2")
    {
        var link = new RecordedLink(leader);
        _node.Links.TryAdd(link);
        Place(leader);
        return link;
    }

    /// <summary>It is agreed who leads broker-a; null: nobody for the moment.</summary>
    public void Place(string? leader) =>
        _node.Placements.Learn("broker-a", new BrokerPlacement(new Epoch(256), ++_version, leader, BrokerPlacement.Nodes(leader ?? "node1"), null));

    /// <summary>This node has led broker-a until now.</summary>
    public void HandOver()
    {
        var directory = _node.Broker("broker-a").Directory;
        directory.HandOver();
        directory.HandedOver();
    }

    /// <summary>A link ends.</summary>
    public void Lose(RecordedLink link)
    {
        link.Abort("lost");
        _node.Links.Remove(link);
    }

    /// <summary>A client that connects to the broker's port.</summary>
    public GatewayClient Connect()
    {
        var transport = new InMemoryTransport();
        var listener = _server.Listeners.First(listener => listener.Broker is not null);
        _served.Add(ServeAsync(transport, listener));
        var client = new GatewayClient(transport);
        _clients.Add(client);
        return client;
    }

    /// <summary>Something comes over a link.</summary>
    public Task ReceiveAsync(RecordedLink link, LinkFrame frame)
    {
        var payload = new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray());
        var kind = frame.Kind;
        frame.Release();
        return _node.Links.ReceiverOf(kind)!.ReceiveAsync(link, kind, payload).AsTask();
    }

    /// <summary>The leader answers.</summary>
    public Task AnswerAsync(RecordedLink link, long connection, RemotingCommand answer) =>
        ReceiveAsync(link, ForwardLayout.Reply(connection, new ReadOnlySequence<byte>(FrameEncoder.ToArray(answer))));

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        foreach (var client in _clients)
        {
            client.Leave();
        }

        await Task.WhenAll(_served).WaitAsync(TimeSpan.FromSeconds(10));
        _forwarder.Dispose();
        _forwarded.Dispose();
        _threads.Dispose();
    }

    private async Task ServeAsync(InMemoryTransport transport, GatewayListener listener)
    {
        await Task.Yield();
        await using (transport)
        {
            await _server.ServeAsync(transport, listener);
        }
    }
}

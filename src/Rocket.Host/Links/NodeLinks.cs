using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>A node's links: one dialer for each peer, the server of the replication port, and the clock that pings and ends silent ones.</summary>
internal sealed class NodeLinks : ILinkObserver, IAsyncDisposable
{
    /// <summary>What log lines call the port.</summary>
    public const string Name = "other nodes";

    private readonly LinkEnvironment _environment;
    private readonly LinkServer _server;
    private readonly SocketConnectionContextFactory _connections;
    private readonly Dictionary<string, LinkDialer> _dialers = new(StringComparer.Ordinal);
    private readonly List<Task> _running = [];
    private bool _isDisposed;

    /// <param name="settings">How links are kept.</param>
    /// <param name="hub">Where connections are registered.</param>
    /// <param name="node">This node's name.</param>
    /// <param name="bindHost">Address to listen on.</param>
    /// <param name="nodes">Names of all nodes.</param>
    /// <param name="time">The clock of all timers.</param>
    /// <param name="logger">For what an operator has to know.</param>
    /// <param name="random">Spreads the pauses between attempts.</param>
    public NodeLinks(
        LinkSettings settings, LinkHub hub, string node, IPAddress bindHost, IEnumerable<string> nodes, TimeProvider time, ILogger logger, Random random)
    {
        EndPoint = new IPEndPoint(bindHost, settings.Port);
        _environment = new LinkEnvironment(settings, hub, time, logger);
        _server = new LinkServer(_environment);
        _connections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
        foreach (var peer in nodes.Where(name => name != node))
        {
            _dialers.Add(peer, new LinkDialer(_environment, _connections, peer, new Random(random.Next())));
        }
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Binds the replication port of a web server that is being set up.</summary>
    public void Listen(KestrelServerOptions kestrel) => kestrel.Listen(EndPoint, options => options.Run(_server.ServeAsync));

    /// <summary>Begins to dial, and lets the connections in that wait at the port.</summary>
    /// <param name="identity">Who this node is.</param>
    public void Start(LinkIdentity identity)
    {
        _environment.Hub.Observe(this);
        _environment.Identify(identity);
        _running.AddRange(_dialers.Values.Select(dialer => dialer.RunAsync()));
        _running.Add(SweepAsync());
    }

    /// <inheritdoc/>
    public void OnUp(ILinkConnection connection)
    {
        if (connection.Direction == LinkDirection.Accepted)
        {
            _dialers.GetValueOrDefault(connection.Peer.Name)?.Nudge();
        }
    }

    /// <inheritdoc/>
    public void OnDown(ILinkConnection connection)
    {
        // The dialer sees the end of its own connection by itself.
    }

    /// <summary>The node has stopped, as far as anybody is concerned; its links vote until they are disposed of.</summary>
    public void NodeStopped() => _environment.BeSilent();

    /// <summary>Ends every link.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _environment.Hub.StopObserving(this);
        _environment.Stop();
        await Task.WhenAll(_running).ConfigureAwait(false);
        _connections.Dispose();
        _environment.Dispose();
    }

    private async Task SweepAsync()
    {
        var settings = _environment.Settings;
        var health = new LinkHealthState(settings.HeartbeatInterval, settings.DeadAfter, settings.WriteTimeout);
        using var timer = new PeriodicTimer(settings.HeartbeatInterval / 2, _environment.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_environment.Stopping).ConfigureAwait(false))
            {
                Sweep(health);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private void Sweep(LinkHealthState health)
    {
        var now = _environment.Now;
        health.Tick(now);
        foreach (var connection in _environment.Running.Keys)
        {
            switch (health.Judge(now, connection.Traffic))
            {
                case LinkNeed.Ping:
                    connection.Send(LinkFrame.Copy(LinkKind.Ping, []));
                    break;
                case LinkNeed.Silent:
                    connection.Abort($"nothing was heard for {_environment.Settings.DeadAfter.TotalSeconds:0.###} s (rocket.replication.dead-after)");
                    break;
                case LinkNeed.Stuck:
                    connection.Abort($"it read nothing for {_environment.Settings.WriteTimeout.TotalSeconds:0.###} s (rocket.limits.write-timeout)");
                    break;
            }
        }
    }
}

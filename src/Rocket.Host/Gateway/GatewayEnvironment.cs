using System.Diagnostics;
using System.Text;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Framing;

namespace Rocket.Host.Gateway;

/// <summary>What all connections share.</summary>
internal sealed class GatewayEnvironment(NodeContext node, ILogger logger)
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(5);

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    public NodeContext Node => node;

    public LimitSettings Limits => node.Settings.Limits;

    public FrameLimits FrameLimits { get; } = new(node.Settings.Limits.MaxFrameBytes, node.Settings.Limits.MaxHeaderBytes);

    public TimeProvider Time => node.Time;

    public ILogger Logger => logger;

    /// <summary>The cluster's name, as it is added to every message's properties.</summary>
    public byte[] ClusterName { get; } = Encoding.UTF8.GetBytes(node.Settings.ClusterName);

    public ConnectionRegistry Connections { get; } = new(node.Settings.Limits.MaxConnections);

    /// <summary>Completed when requests may be served; connections that come earlier wait.</summary>
    public Task WhenStarted => _started.Task;

    /// <summary>The node leads what it holds, and its routes are known.</summary>
    public void Started() => _started.TrySetResult();

    /// <summary>The node's queues have answered everything that they took.</summary>
    public void Stopped() => _stopped.TrySetResult();

    /// <summary>
    /// A connection reads no more. If that is because the node stops, waits until what it had read is answered; a client that left has no
    /// use for answers.
    /// </summary>
    public async Task DrainAsync(GatewayConnection connection)
    {
        if (!_stopping)
        {
            return;
        }

        await _stopped.Task.ConfigureAwait(false);
        var patience = Stopwatch.StartNew();
        while (!connection.Outstanding.IsEmpty && patience.Elapsed < DrainPatience)
        {
            await Task.Delay(DrainPoll, connection.Closed).ConfigureAwait(false);
        }
    }

    /// <summary>The node begins to stop: connections are not read any more.</summary>
    public void BeginStop()
    {
        _stopping = true;
        _started.TrySetCanceled();
        Connections.StopReading();
    }

    /// <summary>A connection ended, from whichever side: its client leaves its groups if this was the last one.</summary>
    public void ConnectionEnded(GatewayConnection connection)
    {
        Connections.Remove(connection);
        node.ClientsActor.Tell(new ClientsProtocol.ChannelClosed(connection), ActorRefs.NoSender);
    }
}

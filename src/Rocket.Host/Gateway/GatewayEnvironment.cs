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
    private volatile bool _stopping;
    private volatile bool _stopped;

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

    /// <summary>What arrives now is refused: see <see cref="WhileStopping"/>.</summary>
    public bool IsStopping => _stopping;

    /// <summary>The node's queues have answered everything that they took: connections end.</summary>
    public void Stopped()
    {
        _stopped = true;
        Connections.StopReading();
    }

    /// <summary>A connection that was made while the others ended ends too.</summary>
    public void ConnectionMade(GatewayConnection connection)
    {
        Connections.Add(connection);
        if (_stopped)
        {
            connection.StopReading();
        }
    }

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

        var patience = Stopwatch.StartNew();
        while (!connection.Outstanding.IsEmpty && patience.Elapsed < DrainPatience)
        {
            await Task.Delay(DrainPoll, connection.Closed).ConfigureAwait(false);
        }
    }

    /// <summary>The node begins to stop: connections are read on, so that nobody waits for an answer that will not come.</summary>
    public void BeginStop()
    {
        _stopping = true;
        _started.TrySetCanceled();
    }

    /// <summary>A connection ended, from whichever side: its client leaves its groups if this was the last one.</summary>
    public void ConnectionEnded(GatewayConnection connection)
    {
        Connections.Remove(connection);
        node.ClientsActor.Tell(new ClientsProtocol.ChannelClosed(connection), ActorRefs.NoSender);
    }
}

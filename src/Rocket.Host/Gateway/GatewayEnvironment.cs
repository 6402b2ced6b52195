using System.Diagnostics;
using System.Text;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Routing;
using Rocket.Host.Gateway.Calls;
using Rocket.Host.Gateway.Copies;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Framing;

namespace Rocket.Host.Gateway;

/// <summary>What all connections share.</summary>
internal sealed class GatewayEnvironment
{
    /// <summary>How long a question about offsets is held while its broker has not recovered them, here or on another node.</summary>
    /// <remarks>
    /// An error would make clients skip their backlog; a connection that ends without an answer makes them ask again. RocketMQ's clients themselves
    /// give up after 3 to 5 s.
    /// </remarks>
    public static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(30);

    /// <summary>Questions to many, groups or clients, that are answered at once; the others wait for their turn.</summary>
    public const int FanOutsAtOnce = 2;

    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(5);

    private volatile bool _stopping;
    private volatile bool _stopped;

    /// <param name="node">The node.</param>
    /// <param name="logger">Where lines go.</param>
    /// <param name="isAnew">Its cluster has removed it, and it begins anew: see <see cref="StartGates"/>.</param>
    public GatewayEnvironment(NodeContext node, ILogger logger, bool isAnew = false)
    {
        Node = node;
        Logger = logger;
        FrameLimits = new FrameLimits(Limits.MaxFrameBytes, Limits.MaxHeaderBytes);
        ClusterName = Encoding.UTF8.GetBytes(node.Settings.ClusterName);
        ClientLog = new ClientLog(logger, new LineBudget(Limits.ClientLogLines, node.Time));
        Connections = new ConnectionRegistry(Limits.MaxConnections);
        Memory = new GatewayMemory(Limits, Connections);
        Leaders = new BrokerLeaders(node.Settings.NodeName, node.Placements, node.Links);
        Start = new StartGates(node, Leaders, isAnew);
        Copies = new CopyReads(this);
        node.Calls = Calls = new ClientCalls(this);
    }

    public NodeContext Node { get; }

    public LimitSettings Limits => Node.Settings.Limits;

    public FrameLimits FrameLimits { get; }

    public TimeProvider Time => Node.Time;

    public ILogger Logger { get; }

    /// <summary>The cluster's name, as it is added to every message's properties.</summary>
    public byte[] ClusterName { get; }

    /// <summary>What is said about clients.</summary>
    public ClientLog ClientLog { get; }

    public ConnectionRegistry Connections { get; }

    /// <summary>What all connections together may hold.</summary>
    public GatewayMemory Memory { get; }

    /// <summary>Who may look at messages to filter them.</summary>
    public LookTurns Looks { get; } = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>Where brokers are led.</summary>
    public BrokerLeaders Leaders { get; }

    /// <summary>What is answered of brokers that other nodes lead.</summary>
    public CopyReads Copies { get; }

    /// <summary>Whose turn it is among questions to many.</summary>
    public SemaphoreSlim FanOuts { get; } = new(FanOutsAtOnce);

    /// <summary>Requests to clients, on whichever node they are.</summary>
    public ClientCalls Calls { get; }

    /// <summary>Sends requests to the node that leads their broker; null: there is no other node.</summary>
    public RequestForwarder? Forwarder { get; set; }

    /// <summary>When connections may be served.</summary>
    public StartGates Start { get; }

    /// <summary>Nothing is served any more.</summary>
    public bool IsStopped => _stopped;

    /// <summary>What arrives now is refused: see <see cref="WhileStopping"/>.</summary>
    public bool IsStopping => _stopping;

    /// <summary>The node's queues have answered everything that they took: connections end.</summary>
    public void Stopped()
    {
        _stopped = true;
        Forwarder?.GiveUpWaiting();
        Copies.Held.GiveUpWaiting();
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
        Start.Cancel();
    }

    /// <summary>A connection ended, from whichever side: its client leaves its groups if this was the last one.</summary>
    public void ConnectionLeft(GatewayConnection connection)
    {
        if (connection.IsForwarded)
        {
            return;
        }

        Forwarder?.ClientLeft(connection);
        Node.ClientsActor.Tell(new ClientsProtocol.ChannelClosed(connection), ActorRefs.NoSender);
    }
}

using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using Akka.Event;
using Rocket.Actors.Cluster;
using Rocket.Actors.Wire;
using static Rocket.Actors.Clients.ClientsProtocol;

namespace Rocket.Actors.Clients;

/// <summary>
/// <c>/user/node/clients</c>: who is connected and which groups they joined. It tells the readers first (<see cref="ClientDirectory"/>), then
/// the clients concerned (code 40), then the other nodes, and answers last. Nothing is lost when the actor restarts: its state is in the
/// directory.
/// </summary>
public sealed class ClientsActor : UntypedActor, IWithTimers
{
    /// <summary>Name under /user/node.</summary>
    public const string Name = "clients";

    private const string Family = "clients";

    /// <summary>RocketMQ's own interval.</summary>
    private static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(10);

    /// <summary>How often everything is asked for and said again, in case a replicator was restarted.</summary>
    private static readonly TimeSpan SynchronizeInterval = TimeSpan.FromSeconds(30);

    /// <summary>After a node has come; DistributedData has to know of it too.</summary>
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromMilliseconds(250);

    private readonly ClientDirectory _directory;
    private readonly TimeProvider _time;
    private readonly string _node;
    private readonly ClientsState _state;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly PartExchange _exchange;

    /// <inheritdoc cref="Props(NodeSettings, ClientDirectory, long, TimeProvider, Func{string, string, bool})"/>
    public ClientsActor(NodeSettings settings, ClientDirectory directory, long incarnation, TimeProvider time, Func<string, string, bool>? mayNotify)
    {
        _node = settings.NodeName;
        _directory = directory;
        _time = time;
        _state = directory.State ??= new ClientsState(
            settings.NodeName,
            AddressOf(_cluster.SelfUniqueAddress),
            incarnation,
            settings.Limits.MaxSubscriptionsPerHeartbeat,
            settings.Limits.MaxSubscriptions,
            settings.Limits.ClientExpiry,
            mayNotify);
        _exchange = new PartExchange(
            Self,
            DistributedData.Get(Context.System).Replicator,
            _log,
            Family,
            ClientPart.Count,
            (_, index) => _state.Publish(index));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // Any fixed point will do, and this one outlives a restart of the actor.
    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <param name="settings">Name and limits of this node.</param>
    /// <param name="directory">The node's directory; the actor is its only writer.</param>
    /// <param name="incarnation">
    /// Number of this start of the node. A start counter makes the other nodes forget the last start's clients at once; with a constant they do
    /// so about a second later.
    /// </param>
    /// <param name="time">For the expiry of silent clients.</param>
    /// <param name="mayNotify">Whether a broker (first) notifies the members of a group (second) when they change; null: it always does.</param>
    public static Props Props(
        NodeSettings settings, ClientDirectory directory, long incarnation, TimeProvider time, Func<string, string, bool>? mayNotify = null) =>
        Akka.Actor.Props.Create(() => new ClientsActor(settings, directory, incarnation, time, mayNotify));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        _exchange.Announce(_node);
        Conclude(_state.Begin());
        Synchronize();
        Timers.StartPeriodicTimer(ScanDue.Instance, ScanDue.Instance, ScanInterval);
        Timers.StartPeriodicTimer(SynchronizeDue.Instance, SynchronizeDue.Instance, SynchronizeInterval);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Heartbeat heartbeat:
                ClientsChange change = _state.Heartbeat(heartbeat.Channel, heartbeat.Data, Now);
                Conclude(change);
                Sender.Tell(change.Refusal is { } error ? new HeartbeatRefused(error) : HeartbeatAccepted.Instance);
                break;
            case Unregister unregister:
                Conclude(_state.Unregister(unregister.Channel, unregister.ClientId, unregister.ProducerGroup, unregister.ConsumerGroup));
                Sender.Tell(Unregistered.Instance);
                break;
            case ChannelClosed closed:
                Conclude(_state.Close(closed.Channel));
                break;
            case ScanDue:
                Conclude(_state.Expire(Now));
                break;
            case SynchronizeDue:
                Synchronize();
                break;
            case ClusterEvent.MemberRemoved removed:
                Conclude(_state.MemberRemoved(AddressOf(removed.Member.UniqueAddress)));
                break;
            case ClusterEvent.IMemberEvent member:
                Conclude(_state.MemberJoined(AddressOf(member.Member.UniqueAddress)));
                if (member is ClusterEvent.MemberUp)
                {
                    Timers.StartSingleTimer(RepeatDue.Instance, RepeatDue.Instance, RepeatDelay);
                }

                break;
            case RepeatDue:
                _exchange.Repeat(OwnParts());
                break;
            case ClusterEvent.UnreachableMember unreachable:
                _state.MemberUnreachable(AddressOf(unreachable.Member.UniqueAddress), Now);
                break;
            case ClusterEvent.ReachableMember reachable:
                Conclude(_state.MemberReachable(AddressOf(reachable.Member.UniqueAddress)));
                break;
            case var _ when _exchange.TryTake(message, out ReceivedPart? received):
                if (received is { } part)
                {
                    Receive(part);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Receive(ReceivedPart received)
    {
        ClientPart part;
        try
        {
            part = ClientPartCodec.Decode(received.Owner, received.Index, received.Part);
        }
        catch (InvalidDataException exception)
        {
            _log.Warning("Clients of {0}, part {1}, cannot be read and are left out: {2}", received.Owner, received.Index, exception.Message);
            return;
        }

        Conclude(_state.Apply(part));
    }

    private void Conclude(ClientsChange change)
    {
        _directory.Apply(change);
        foreach ((IClientChannel channel, ClientNotification notification) in change.Notices)
        {
            channel.Notify(notification);
        }

        foreach (int part in change.PartsToPublish)
        {
            _exchange.Write(_node, part);
        }
    }

    private void Synchronize() => _exchange.Synchronize(OwnParts());

    private IEnumerable<(string Owner, int Index)> OwnParts() => Enumerable.Range(0, ClientPart.Count).Select(index => (_node, index));

    private static string AddressOf(UniqueAddress member) => $"{member.Address}#{member.Uid}";

    internal sealed class ScanDue : INotInfluenceReceiveTimeout
    {
        public static readonly ScanDue Instance = new();
    }

    private sealed class RepeatDue : INotInfluenceReceiveTimeout
    {
        public static readonly RepeatDue Instance = new();
    }

    private sealed class SynchronizeDue : INotInfluenceReceiveTimeout
    {
        public static readonly SynchronizeDue Instance = new();
    }
}

using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Rocket.Actors.Clients;
using Rocket.Actors.Groups;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Links;
using Rocket.Actors.Membership;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Routing;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>/user/node: starts and supervises what a node runs, and tells the Host when clients can use it.</summary>
public sealed class NodeGuardian : UntypedActor, IWithTimers
{
    public const string ActorName = "node";

    /// <summary>A broker that just crashed does not hear that it shall stop: it is told again.</summary>
    private static readonly TimeSpan StopRetry = TimeSpan.FromSeconds(1);

    /// <summary>Who takes over needs a majority that includes this node, so it waits for that before it leaves.</summary>
    private static readonly TimeSpan SuccessorPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SuccessorInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>That another node leads a broker comes by gossip, which tells nobody.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly NodeContext _node;
    private readonly Dictionary<string, bool> _brokers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stopping = new(StringComparer.Ordinal);
    private readonly List<IActorRef> _awaitReady = [];
    private readonly List<IActorRef> _awaitJoined = [];
    private IActorRef _stopAsker = ActorRefs.Nobody;
    private IActorRef _replicas = ActorRefs.Nobody;
    private readonly HashSet<string> _handedOver = new(StringComparer.Ordinal);
    private NodeLinkActors? _links;
    private bool _isUp;
    private bool _isWithoutMajority;

    private readonly PlacementStore _placements;

    /// <param name="node">What the node's actors share.</param>
    /// <param name="placements">This voter's acceptors, opened once per start of the process.</param>
    public NodeGuardian(NodeContext node, PlacementStore placements)
    {
        _node = node;
        _placements = placements;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var cluster = Akka.Cluster.Cluster.Get(Context.System);
        var nodes = new ClusterNodes(cluster, _node.Settings.Failover == FailoverMode.Automatic ? (_node.Settings.Voters.Count / 2) + 1 : 0);
        _node.Nodes = nodes;

        // Before the links, over which it is told.
        foreach (var broker in _node.Brokers)
        {
            broker.ForeseeDoubt();
        }

        // Before the region: a broker borrows its folder from its replica.
        _replicas = Context.ActorOf(Props.Create(() => new ReplicasActor(_node)), ReplicasActor.Name);

        // A witness is neither a place for brokers nor a way to them.
        var region = _node.Settings.Brokers.Count > 0 ? StartRegion(nodes) : ActorRefs.Nobody;
        Context.ActorOf(Props.Create(() => new UnansweredActor()), "unanswered");
        _node.Started(
            Self,
            region,
            placements: Context.ActorOf(PlacementProps(nodes, region), "placements"),
            routes: Context.ActorOf(RouteActor.Props(_node.Routes, new BrokerAddresses(_node.Peers, _node.Time)), "routes"),
            clients: Context.ActorOf(ClientsActor.Props(_node.Settings, _node.Clients, _placements.StartCounter, _node.Time, _node.MayNotify), ClientsActor.Name));
        _node.KeyValuesActor = Context.ActorOf(Props.Create(() => new KeyValuesActor(_node)), KeyValuesActor.Name);
        _links = new NodeLinkActors(_node, _placements, cluster, Context);
        _node.Joining(
            new ClusterMembership(cluster), Context.ActorOf(Props.Create(() => new MembershipActor(_node.Time)), "membership"), _links.Formation);
        var self = Self;
        cluster.RegisterOnMemberUp(() => self.Tell(IsUp.Instance));
        if (!_node.Settings.IsAlone && _node.Settings.Failover == FailoverMode.Automatic)
        {
            Timers.StartPeriodicTimer(nameof(LookForMajority), LookForMajority.Instance, LookInterval);
        }
    }

    protected override void PostStop() => _links?.Close();

    private IActorRef StartRegion(ClusterNodes nodes) => ClusterSharding.Get(Context.System).Start(
        ShardProtocol.TypeName,
        EntityProps,
        ClusterShardingSettings.Create(Context.System),
        new ShardProtocol.Extractor(),
        new PlacementAllocationStrategy(_node.Placements, nodes, ReplicasOf, _node.Time, line => _logger.Warning("{0}", line)),
        ShardProtocol.StopEntity.Instance);

    // The coordinator may have to place a broker that its own node holds no copy of.
    private IReadOnlyList<string> ReplicasOf(string broker) =>
        _node.Settings.Brokers.FirstOrDefault(held => held.Name == broker)?.Replicas ?? _node.Peers.ReplicasOf(broker) ?? [];

    private Props PlacementProps(ClusterNodes nodes, IActorRef region)
    {
        var settings = new PlacementSettings(
            _node.Settings.NodeName,
            [.. _node.Settings.Voters.Keys],
            [.. _node.Settings.Brokers.Select(broker => new HeldBroker(broker.Name, broker.Replicas[0], broker.Replicas.Count == 1))])
        {
            Time = _node.Time,
        };
        return PlacementActor
            .Props(
                settings, _placements, _node.Placements, nodes, region, broker => new ShardProtocol.EnsureBroker(broker),
                voter => new HubVoterLink(_node.Links, voter))
            .WithDispatcher(BlockingDispatcher);
    }

    private Props EntityProps(string entity) => entity switch
    {
        ShardProtocol.BrokerEntity => Props.Create(() => new BrokerActor(_node)).WithDispatcher(BlockingDispatcher),
        _ when entity.StartsWith(ShardProtocol.QueuePrefix, StringComparison.Ordinal) =>
            Props.Create(() => new MessageQueueActor(_node)).WithDispatcher(QueueDispatcher),
        _ when entity.StartsWith(ShardProtocol.TopicPrefix, StringComparison.Ordinal) => Props.Create(() => new TopicActor(_node)),
        _ when entity.StartsWith(ShardProtocol.GroupPrefix, StringComparison.Ordinal) => Props.Create(() => new GroupActor(_node)),
        _ => throw new ArgumentException($"No entity of a broker is called {entity}.", nameof(entity)),
    };

    private const string QueueDispatcher = "rocket.queue-dispatcher";
    internal const string BlockingDispatcher = "rocket.blocking-dispatcher";

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case BrokerProtocol.BrokerLeads leads:
                _logger.Info("Broker {0} is led here: {1} topics, {2} consumer groups", leads.Broker, leads.Topics, leads.Groups);
                _brokers[leads.Broker] = true;
                TellIfReady();
                break;
            case BrokerProtocol.BrokerDamaged damaged:
                _brokers[damaged.Broker] = false;
                TellIfReady();
                break;
            case PlacementProtocol.RegisterDamaged damaged:
                RegisterDamaged(damaged.Broker);
                break;
            case IsUp:
                _isUp = true;
                _node.PlacementActor.Tell(PlacementProtocol.Joined.Instance);
                TellIfJoined();
                TellIfReady();
                break;
            case NodeProtocol.AwaitJoined:
                _awaitJoined.Add(Sender);
                TellIfJoined();
                break;
            case NodeProtocol.AwaitReady:
                _awaitReady.Add(Sender);
                TellIfReady();
                break;
            case LookForMajority:
                TellBrokersOfMajority();
                break;
            case LookAgain:
                TellIfReady();
                break;
            case NodeProtocol.StopNode:
                Stop(Sender);
                break;
            case StopAgain:
                _stopping.RemoveWhere(broker => _node.Broker(broker).Actor.IsNobody());
                TellBrokersToStop();
                TellIfStopped();
                break;
            case LookForSuccessors:
                ForgetSucceeded();
                break;
            case SuccessorLate:
                _logger.Warning("Nobody has taken over {0} yet; this node stops all the same", string.Join(", ", _handedOver));
                _handedOver.Clear();
                TellIfStopped();
                break;
            case BrokerProtocol.BrokerStopped stopped:
                Stopped(stopped);
                break;
            case ReplicasActor.ReplicasStopped:
                _stopAsker.Tell(NodeProtocol.NodeStopped.Instance);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Sends are refused from now on, before the resolver has decided: its cluster and the links agree by now, so it is no passing weakness of either.</summary>
    private void TellBrokersOfMajority()
    {
        var isWithout = _node.IsWithoutMajority;
        if (isWithout && !_isWithoutMajority)
        {
            _logger.Warning("This node hears no majority of the voters any more: it takes no sends (code 14)");
        }

        _isWithoutMajority = isWithout;
        foreach (var broker in _node.Brokers)
        {
            broker.Directory.IsWithoutMajority = isWithout;
        }
    }

    /// <summary>A register of a broker that this node holds no copy of is only a vote; without its own a broker does not even start.</summary>
    private void RegisterDamaged(string broker)
    {
        if (_node.Brokers.Any(held => held.Settings.Name == broker))
        {
            _logger.Error("Broker {0} is not served, its placement cannot be read.", broker);
            _brokers[broker] = false;
            TellIfReady();
        }
    }

    private void TellIfJoined()
    {
        if (!_isUp)
        {
            return;
        }

        foreach (var asker in _awaitJoined)
        {
            asker.Tell(NodeProtocol.NodeJoined.Instance);
        }

        _awaitJoined.Clear();
    }

    private void TellIfReady()
    {
        if (_awaitReady.Count == 0)
        {
            return;
        }

        if (!IsReady())
        {
            if (!_node.Settings.IsAlone)
            {
                Timers.StartSingleTimer(nameof(LookAgain), LookAgain.Instance, LookInterval);
            }

            return;
        }

        var ready = new NodeProtocol.NodeReady([.. NamesWhere(led: true)], [.. NamesWhere(led: false)]);
        foreach (var asker in _awaitReady)
        {
            asker.Tell(ready);
        }

        _awaitReady.Clear();
    }

    /// <summary>A node that leads or has refused something was up for that.</summary>
    private bool IsReady()
    {
        if (!_isUp && _brokers.Count == 0)
        {
            return false;
        }

        // A follower of others, or a witness, is of use to the cluster from the moment that it has joined.
        var self = _node.Settings.NodeName;
        return _node.Brokers.All(broker => broker.Settings.Replicas[0] != self) || _node.Brokers.All(IsSettled);
    }

    private bool IsSettled(BrokerContext broker) => _brokers.ContainsKey(broker.Settings.Name) || IsLedElsewhere(broker.Settings);

    /// <summary>Clients find it, and what comes here can be forwarded there.</summary>
    private bool IsLedElsewhere(BrokerSettings broker) =>
        _node.Placements.TryGet(broker.Name, out var placement)
        && placement?.Master is { } master
        && master != _node.Settings.NodeName
        && _node.Peers.Current.Peers.TryGetValue(master, out var peer)
        && peer.IsHeard
        && _node.Routes.Current.Brokers.TryGetValue(broker.Name, out var route)
        && route.MasterAddress is { } address
        && address == BrokerAddresses.AddressAt(peer.Status, broker.Name);

    private IEnumerable<string> NamesWhere(bool led) => _brokers.Where(broker => broker.Value == led).Select(broker => broker.Key);

    private void Stop(IActorRef asker)
    {
        _stopAsker = asker;
        _node.IsStopping = true;
        _links?.Links.Tell(LinksProtocol.Leave.Instance);
        _node.PlacementActor.Tell(PlacementProtocol.Leaving.Instance);
        // Those that are led elsewhere are not this node's to stop; one that was never placed has nothing open.
        _stopping.UnionWith(_node.Brokers.Where(broker => !broker.Actor.IsNobody()).Select(broker => broker.Settings.Name));
        TellBrokersToStop();
        Timers.StartPeriodicTimer(nameof(StopAgain), StopAgain.Instance, StopRetry);
        TellIfStopped();
    }

    private void TellBrokersToStop()
    {
        foreach (var broker in _stopping)
        {
            _node.Broker(broker).Actor.Tell(BrokerProtocol.StopBroker.Instance, Self);
        }
    }

    private void Stopped(BrokerProtocol.BrokerStopped stopped)
    {
        _stopping.Remove(stopped.Broker);
        if (stopped.IsHandedOver && _handedOver.Add(stopped.Broker))
        {
            Timers.StartPeriodicTimer(nameof(LookForSuccessors), LookForSuccessors.Instance, SuccessorInterval);
            Timers.StartSingleTimer(nameof(SuccessorLate), SuccessorLate.Instance, SuccessorPatience);
        }

        TellIfStopped();
    }

    private void ForgetSucceeded()
    {
        // This node's copies are in sync: as long as they acknowledge, the successor need not wait until it is known that they are gone.
        _handedOver.RemoveWhere(broker => IsLedElsewhere(_node.Broker(broker).Settings) || !HasHeir(broker));
        TellIfStopped();
    }

    /// <summary>Whether somebody is left who can take it over: where all are told to stop, nobody is.</summary>
    private bool HasHeir(string broker) =>
        !_node.Placements.TryGet(broker, out var placement) || placement is null || placement.InSync.Any(node => node != _node.Settings.NodeName && _node.IsStaying(node));

    private void TellIfStopped()
    {
        if (_stopping.Count == 0 && _handedOver.Count == 0)
        {
            // Copies are followed until the last broker of this node has gone.
            Timers.Cancel(nameof(LookForSuccessors));
            Timers.Cancel(nameof(SuccessorLate));
            Timers.Cancel(nameof(StopAgain));
            _replicas.Tell(ReplicasActor.StopReplicas.Instance);
        }
    }

    private sealed class LookForSuccessors : INoSerializationVerificationNeeded
    {
        public static readonly LookForSuccessors Instance = new();
    }

    private sealed class SuccessorLate : INoSerializationVerificationNeeded
    {
        public static readonly SuccessorLate Instance = new();
    }

    private sealed class LookForMajority : INotInfluenceReceiveTimeout
    {
        public static readonly LookForMajority Instance = new();
    }

    private sealed class LookAgain : INoSerializationVerificationNeeded
    {
        public static readonly LookAgain Instance = new();
    }

    private sealed class IsUp : INoSerializationVerificationNeeded
    {
        public static readonly IsUp Instance = new();
    }

    private sealed class StopAgain : INoSerializationVerificationNeeded
    {
        public static readonly StopAgain Instance = new();
    }
}

using System.Collections.Frozen;
using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Links;
using Rocket.Actors.Membership;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Routing;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Cluster;

/// <summary>What every actor of a node may rely on: its settings, its folder, its clock, and the snapshots that its actors publish.</summary>
public sealed class NodeContext
{
    private readonly FrozenDictionary<string, BrokerContext> _brokers;
    private volatile bool _isStopping;
    private volatile bool _isSteppingDown;

    public NodeContext(NodeSettings settings, IStorageDirectory data, FlushThreads flushThreads, TimeProvider time)
    {
        Settings = settings;
        Data = data;
        FlushThreads = flushThreads;
        Time = time;
        _brokers = settings.Brokers.ToFrozenDictionary(broker => broker.Name, broker => new BrokerContext(broker, data, time, settings.BootId), StringComparer.Ordinal);
    }

    public NodeSettings Settings { get; }

    /// <summary>The folder <c>rocket.data-dir</c>, locked by this process.</summary>
    public IStorageDirectory Data { get; }

    public FlushThreads FlushThreads { get; }

    public TimeProvider Time { get; }

    /// <summary>The name-server data of the whole cluster; written by the RouteActor.</summary>
    public RouteTable Routes { get; } = new();

    /// <summary>The name server's settings (RocketMQ: KV configuration); written by the KeyValuesActor.</summary>
    public KeyValueTable KeyValues { get; } = new();

    /// <summary>Who is connected and which groups they joined; written by the ClientsActor.</summary>
    public ClientDirectory Clients { get; } = new();

    /// <summary>Requests of the server to clients; the Host sets it before anything runs. Without a gateway nobody is connected.</summary>
    public IClientCalls Calls { get; set; } = NoClientCalls.Instance;

    /// <summary>Who leads which broker; written by the PlacementActor.</summary>
    public PlacementTable Placements { get; } = new();

    /// <summary>The connections to the other nodes; the Host adds and removes them.</summary>
    public LinkHub Links { get; } = new();

    /// <summary>Takes what comes over <see cref="Links"/> of copies to those who copy and those who are copied.</summary>
    public ReplicationRouter Replication { get; } = new();

    /// <summary>What is known of the other nodes; written by the LinksActor.</summary>
    public PeerTable Peers { get; } = new();

    /// <summary>The members of the cluster; null until the guardian has started.</summary>
    public ClusterMembership? Membership { get; private set; }

    /// <summary>Which nodes are there; null until the guardian has started.</summary>
    public IClusterNodes? Nodes { get; internal set; }

    /// <summary>Whether another node is there and stays, as far as it has said.</summary>
    public bool IsStaying(string node) => Nodes is { } nodes && nodes.Present.Contains(node) && !Peers.IsLeaving(node);

    /// <summary>Neither the cluster's members nor the links show a majority of the voters. Never where a person decides who is gone.</summary>
    public bool IsWithoutMajority =>
        Nodes is { IsCutOff: true } && 1 + Peers.Current.Peers.Values.Count(peer => peer.IsHeard) < (Settings.Voters.Count / 2) + 1;

    /// <summary>Whether a broker notifies the members of a group when they change (notifyConsumerIdsChangedEnable), as far as this node knows.</summary>
    public bool MayNotify(string broker, string group) => !_brokers.TryGetValue(broker, out var held) || held.MayNotify(group);

    /// <summary>The node gives up what it leads and takes nothing new.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        internal set => _isStopping = value;
    }

    /// <summary>The node takes itself out of its cluster: it has no change of a placement agreed any more.</summary>
    public bool IsSteppingDown
    {
        get => _isSteppingDown;
        internal set => _isSteppingDown = value;
    }

    /// <summary>/user/node.</summary>
    public IActorRef Guardian { get; private set; } = ActorRefs.Nobody;

    /// <summary>The shard region through which a broker's entities are reached.</summary>
    public IActorRef Region { get; private set; } = ActorRefs.Nobody;

    public IActorRef PlacementActor { get; private set; } = ActorRefs.Nobody;

    public IActorRef RouteActor { get; private set; } = ActorRefs.Nobody;

    public IActorRef ClientsActor { get; private set; } = ActorRefs.Nobody;

    /// <summary>Takes writes of the name server's settings; nobody before the guardian has started.</summary>
    public IActorRef KeyValuesActor { get; internal set; } = ActorRefs.Nobody;

    /// <summary>Joins the cluster, or forms it; takes a person's word (<see cref="Forming.FormationProtocol.FormNow"/>).</summary>
    public IActorRef FormationActor { get; private set; } = ActorRefs.Nobody;

    /// <summary>Tells those who watch what happens to the cluster's members.</summary>
    public IActorRef MembershipActor { get; private set; } = ActorRefs.Nobody;

    /// <summary>The brokers that this node holds a copy of.</summary>
    public IEnumerable<BrokerContext> Brokers => _brokers.Values;

    /// <summary>One of them. Throws <see cref="KeyNotFoundException"/> for a broker that this node does not hold.</summary>
    public BrokerContext Broker(string name) => _brokers[name];

    internal void Started(IActorRef guardian, IActorRef region, IActorRef placements, IActorRef routes, IActorRef clients)
    {
        Guardian = guardian;
        Region = region;
        PlacementActor = placements;
        RouteActor = routes;
        ClientsActor = clients;
    }

    internal void Joining(ClusterMembership membership, IActorRef membershipActor, IActorRef formationActor)
    {
        FormationActor = formationActor;
        MembershipActor = membershipActor;
        Membership = membership;
    }
}

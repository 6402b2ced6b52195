using Akka.Actor;
using Rocket.Actors.Forming;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;

namespace Rocket.Actors.Cluster;

/// <summary>The guardian's actors that deal with the other nodes, and what they receive over the links.</summary>
internal sealed class NodeLinkActors
{
    private readonly LinkHub _hub;
    private readonly VoterReceiver _voters;
    private readonly FormationReceiver _formationReceiver;
    private readonly ReplicationRouter _replication;

    /// <summary>Starts them; the placement actor is there already.</summary>
    public NodeLinkActors(NodeContext node, PlacementStore placements, Akka.Cluster.Cluster cluster, IActorRefFactory guardian)
    {
        var settings = node.Settings;
        string[] voters = [.. settings.Voters.Keys];
        _hub = node.Links;
        Formation = guardian.ActorOf(
            FormationActor.Props(
                    settings.NodeName,
                    placements.Incarnation,
                    voters,
                    new FormationStore(node.Data.Directory(DataFolders.Placement)),
                    _hub,
                    node.PlacementActor,
                    node.Time)
                .WithDispatcher(NodeGuardian.BlockingDispatcher),
            FormationActor.Name);
        var hearing = new MemberHearing(cluster);
        var own = new NodeStatus(
            settings.NodeName,
            placements.Incarnation,
            placements.StartCounter,
            Version: 0,
            cluster.SelfAddress.ToString(),
            cluster.SelfUniqueAddress.Uid,
            settings.AdvertisedHost,
            Votes: false,
            Ballot.None,
            Hears: [],
            [
                .. settings.Brokers.OrderBy(broker => broker.Name, StringComparer.Ordinal)
                    .Select(broker => new HeldReplicas(broker.Name, [.. broker.Replicas], broker.Port)),
            ]);
        Links = guardian.ActorOf(
            LinksActor.Props(
                own, settings.Voters, _hub, node.Peers, node.Placements, node.PlacementActor, Formation,
                address => hearing.IsMissed(Address.Parse(address)), broker => node.Broker(broker).Doubt),
            LinksActor.Name);
        if (settings.Failover == FailoverMode.Automatic)
        {
            guardian.ActorOf(StepDownActor.Props(node, hearing), StepDownActor.Name);
        }

        _voters = new VoterReceiver(voters, node.PlacementActor);
        _formationReceiver = new FormationReceiver(Formation);
        _hub.Register(LinkKind.VoterMessage, _voters);
        _hub.Register(LinkKind.Formation, _formationReceiver);
        _replication = node.Replication;
        _replication.Open(_hub);
    }

    /// <summary>Tells the peers how this node stands.</summary>
    public IActorRef Links { get; }

    /// <summary>Joins the cluster, or forms it.</summary>
    public IActorRef Formation { get; }

    /// <summary>Receives nothing more.</summary>
    public void Close()
    {
        _hub.Unregister(LinkKind.VoterMessage, _voters);
        _hub.Unregister(LinkKind.Formation, _formationReceiver);
        _replication.Close(_hub);
    }
}

using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Tests.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>Who leads a broker, and who is given it, while copies of it may have lost records with their machines.</summary>
public sealed class BrokerPowerTests : BrokerKit
{
    private static readonly CopyDoubt Less = new(0x100, 10);
    private static readonly CopyDoubt More = new(0x100, 20);
    private static readonly BrokerPlacement Both = new(Epoch.None.Next(0), 4, "node1", BrokerPlacement.Nodes("node1", "node2"), "node1");

    public BrokerPowerTests()
        : base("node1", "node2")
    {
        Node.Nodes = new NamedNodes("node1", "node2");
    }

    [Fact]
    public void It_is_not_led_where_the_copy_is_doubtful_as_long_as_another_node_in_sync_may_come_back()
    {
        Node.Broker(Broker).Doubt = More;
        ExpectNotLed(Both, "node2, which may have them, is not here");
        Hear("node2", null);
        ExpectNotLed(Both, "node2 has them");
        Hear("node2", Less);
        ExpectAcquired(Both);
    }

    [Fact]
    public void A_doubtful_copy_leads_alone()
    {
        Node.Broker(Broker).Doubt = Less;
        ExpectAcquired(Both with { InSync = BrokerPlacement.Nodes("node1") });
    }

    [Fact]
    public void A_doubt_that_shows_only_when_the_folder_is_lent_counts()
    {
        Node.Broker(Broker).Replica = TestActor;
        Read(Both);
        ExpectMsg<ReplicaProtocol.Borrow>(Patience);
        Node.Broker(Broker).Doubt = Less;
        Actor.Tell(new ReplicaProtocol.Lent(Epoch.None), TestActor);
        ExpectMsg<ReplicaProtocol.GiveBack>(Patience);
        Placements.ExpectMsg<PlacementProtocol.Misplaced>(Patience);
    }

    [Theory]
    [InlineData("node2", "node2")]
    [InlineData(null, "node2")]
    public void The_former_master_and_the_wanted_one_are_not_waited_for_while_their_copy_is_doubtful(string? master, string wanted)
    {
        var placement = Both with { Master = master, WantedMaster = wanted };
        Hear("node2", null);
        ExpectNotLed(placement, "node2");
        Hear("node2", Less);
        ExpectAcquired(placement);
    }

    [Fact]
    public void Nothing_is_handed_over_to_a_doubtful_copy()
    {
        var both = LeadWithBoth();
        Hear("node2", Less);
        Actor.Tell(new BrokerProtocol.HandOverTo("node2"), TestActor);
        Assert.Contains("has not caught up yet", ExpectMsg<BrokerProtocol.HandOverRefused>(Patience).Reason, StringComparison.Ordinal);
        Actor.Tell(new BrokerProtocol.LogUnusable("A@0", both.Epoch.Value, "it is damaged"));
        Settle();
        Assert.True(Published.IsLeading);

        Hear("node2", null);
        Actor.Tell(new BrokerProtocol.LogUnusable("A@0", both.Epoch.Value, "it is damaged"));
        Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
    }

    [Fact]
    public void A_master_that_leaves_takes_a_doubtful_copy_out_of_the_set()
    {
        Node.Nodes = new NamedNodes("node1", "node2", "node3");
        var all = LeadWithBoth("node3");
        Hear("node2", Less);
        Actor.Tell(new BrokerProtocol.LogUnusable("A@0", all.Epoch.Value, "it is damaged"));
        Actor.Tell(new CopiesProtocol.CopyWhole("node3"), Copies);
        Assert.Equal(["node3"], Placements.ExpectMsg<PlacementProtocol.Change>(Patience).Proposed.InSync);
    }

    private IActorRef Copies => Sys.ActorSelection(Actor.Path / CopiesActor.Name).ResolveOne(Patience).GetAwaiter().GetResult();

    private BrokerPlacement LeadWithBoth(params string[] more)
    {
        Lead();
        var alone = Published.Placement!;
        var both = alone with { Version = alone.Version + 1, InSync = BrokerPlacement.Nodes([.. more, "node1", "node2"]) };
        Actor.Tell(new CopiesProtocol.InSyncChanged(both), Copies);
        Actor.Tell(new CopiesProtocol.CopyWhole("node2"), Copies);
        Settle();
        return both;
    }

    private void Read(BrokerPlacement placement)
    {
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, placement));
    }

    private void ExpectNotLed(BrokerPlacement placement, string reason)
    {
        EventFilter.Warning(contains: reason).ExpectOne(Patience, () => Read(placement));
        Placements.ExpectMsg<PlacementProtocol.Misplaced>(Patience);
        Advance(TimeSpan.FromSeconds(1));
    }

    private void ExpectAcquired(BrokerPlacement placement)
    {
        Read(placement);
        Assert.Equal(placement, Placements.ExpectMsg<PlacementProtocol.Acquire>(Patience).BasedOn);
    }

    private void Hear(string node, CopyDoubt? doubt)
    {
        var link = new LinkPeer(node, 1, 1, "1.0", "127.0.0.1:1");
        var status = new NodeStatus(node, 1, 1, 1, "a", 1, "h", true, Ballot.None, [], [new HeldReplicas(Broker, ["node1", node], 1, doubt)]);
        var before = Node.Peers.Current;
        Node.Peers.Current = before with { Peers = before.Peers.SetItem(node, new PeerView(node, "127.0.0.1:1", link, null, status)) };
    }
}

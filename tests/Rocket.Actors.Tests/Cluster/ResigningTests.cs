using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Tests.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>A node that stops takes itself out of the in-sync set, as long as that leaves somebody in it.</summary>
public sealed class ResigningTests : BrokerKit
{
    private BrokerPlacement Both => new(LastEpoch, 2, "node1", BrokerPlacement.Nodes("node1", "node2"), "node1");

    [Fact]
    public void A_master_whose_copy_is_in_sync_leaves_the_set_to_it()
    {
        var resignation = StopWithACopyInSync();
        Assert.Null(resignation.Proposed.Master);
        Assert.Equal(["node2"], resignation.Proposed.InSync);
        Actor.Tell(new PlacementProtocol.Changed(Broker, resignation.Proposed));
        Assert.True(ExpectMsg<BrokerProtocol.BrokerStopped>(Patience).IsHandedOver);
    }

    [Fact]
    public void A_master_that_turns_out_to_be_the_last_one_in_sync_stays_in_the_set()
    {
        StopWithACopyInSync();
        Actor.Tell(new PlacementProtocol.Conflict(Broker, Both with { Version = 3, InSync = BrokerPlacement.Nodes("node1") }));
        Assert.False(ExpectMsg<BrokerProtocol.BrokerStopped>(Patience).IsHandedOver);
        Placements.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_copy_on_a_node_that_stops_too_is_no_successor()
    {
        Node.Leaves("node2");
        Node.Nodes = new NamedNodes("node1", "node2");
        Lead();
        Published.Placement = Both;
        Node.IsStopping = true;
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        Assert.False(ExpectMsg<BrokerProtocol.BrokerStopped>(Patience).IsHandedOver);
        Placements.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_change_of_the_set_that_was_under_way_does_not_keep_it_from_leaving()
    {
        StopWithACopyInSync();
        var changed = Both with { Version = 3, InSync = BrokerPlacement.Nodes("node1", "node2", "node3") };
        Actor.Tell(new PlacementProtocol.Conflict(Broker, changed));
        var again = Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
        Assert.Equal(changed, again.BasedOn);
        Assert.Equal(["node2", "node3"], again.Proposed.InSync);
    }

    private PlacementProtocol.Change StopWithACopyInSync()
    {
        Node.Nodes = new NamedNodes("node1", "node2");
        Lead();
        Published.Placement = Both;
        Node.IsStopping = true;
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        return Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
    }
}

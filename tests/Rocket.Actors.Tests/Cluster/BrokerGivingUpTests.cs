using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Tests.Placement;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>A would-be master whose metadata are damaged takes itself out of the set where another node is in sync and there.</summary>
public sealed class BrokerGivingUpTests : BrokerKit
{
    private static readonly BrokerPlacement Both = new(Epoch.None.Next(0), 4, "node1", BrokerPlacement.Nodes("node1", "node2"), "node1");

    public BrokerGivingUpTests()
    {
        Journal(new MetadataEvents.TopicChanged(new TopicConfig("A", 4, 4, 6, 0, Order: false)));
        Damage();
    }

    [Fact]
    public void It_takes_itself_out_of_the_set_and_wants_its_shard_to_be_moved()
    {
        Node.Nodes = new NamedNodes("node1", "node2");
        EventFilter.Error(contains: "node2 is in sync and leads it").ExpectOne(Patience, () =>
        {
            Read(Both);
            var change = Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
            Assert.Equal(Both, change.BasedOn);
            Assert.Equal(Both with { Version = 5, Master = null, InSync = BrokerPlacement.Nodes("node2") }, change.Proposed);
            Actor.Tell(new PlacementProtocol.Changed(Broker, change.Proposed));
        });
        Placements.ExpectMsg<PlacementProtocol.Misplaced>(Patience);
        Assert.False(Guardian.HasMessages);
        Assert.True(Node.Broker(Broker).Distrusted.TryGet("metadata", out _));
        Assert.True(Node.Broker(Broker).Leases.IsEmpty);
    }

    [Fact]
    public void The_master_of_another_node_stays_in_the_register()
    {
        Node.Nodes = new NamedNodes("node1", "node2", "node4");
        var dead = Both with { Master = "node3", InSync = BrokerPlacement.Nodes("node1", "node2", "node3") };
        Read(dead);
        Assert.Equal(dead with { Version = 5, InSync = BrokerPlacement.Nodes("node2", "node3") }, Placements.ExpectMsg<PlacementProtocol.Change>(Patience).Proposed);
    }

    [Fact]
    public void Without_a_majority_it_begins_again()
    {
        Node.Nodes = new NamedNodes("node1", "node2");
        Read(Both);
        Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
        Actor.Tell(new PlacementProtocol.Unknown(Broker));
        Settle();
        Advance(TimeSpan.FromSeconds(1));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, Both));
        Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
    }

    [Fact]
    public void With_nobody_else_there_it_is_not_served_until_a_node_in_sync_comes_back()
    {
        Node.Nodes = new NamedNodes("node1");
        Read(Both);
        Guardian.ExpectMsg<BrokerProtocol.BrokerDamaged>(Patience);
        Assert.NotNull(Published.Damage);
        Node.Placements.Learn(Broker, Both);
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Settle();
        Assert.False(Placements.HasMessages);

        Node.Nodes = new NamedNodes("node1", "node2");
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, Both));
        Assert.Equal(["node2"], Placements.ExpectMsg<PlacementProtocol.Change>(Patience).Proposed.InSync);
        Assert.Null(Published.Damage);
    }

    [Fact]
    public void With_nobody_else_in_sync_it_stays_in_the_set()
    {
        Node.Nodes = new NamedNodes("node1", "node2");
        Read(Both with { InSync = BrokerPlacement.Nodes("node1") });
        Guardian.ExpectMsg<BrokerProtocol.BrokerDamaged>(Patience);
        Assert.False(Placements.HasMessages);
    }

    private void Read(BrokerPlacement placement)
    {
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, placement));
    }

    private void Damage()
    {
        MetadataFolder.Flip("checkpoint", 10);
        MetadataFolder.Flip("checkpoint", 4096 + 10);
    }
}

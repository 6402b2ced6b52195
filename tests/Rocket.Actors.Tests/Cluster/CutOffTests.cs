using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Tests.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>
/// A node that stood still for a while sees nobody when it goes on: it is in sync again before it finds out that it is out of its cluster, and must not take its broker away from the one that
/// leads it.
/// </summary>
public sealed class CutOffTests : BrokerKit
{
    private static BrokerPlacement LedByAnother => new(Epoch.None.Next(1), 3, "node2", BrokerPlacement.Nodes("node1", "node2"), "node1");

    [Fact]
    public void A_node_that_sees_no_majority_takes_nothing_over()
    {
        Node.Nodes = new NamedNodes("node1") { IsCutOff = true };
        Ask();
        Placements.ExpectMsg<PlacementProtocol.Misplaced>(Patience);

        // It asks again after a while: by then it may see the others.
        Node.Nodes = new NamedNodes("node1", "node3");
        Advance(TimeSpan.FromSeconds(1));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, LedByAnother));
        Placements.ExpectMsg<PlacementProtocol.Acquire>(Patience);
    }

    [Fact]
    public void A_node_with_a_majority_takes_over_from_one_that_is_gone()
    {
        Node.Nodes = new NamedNodes("node1", "node3");
        Ask();
        Placements.ExpectMsg<PlacementProtocol.Acquire>(Patience);
    }

    private void Ask()
    {
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, LedByAnother));
    }
}

using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class ElectionStateTests
{
    private static readonly ElectionState Node2 = new("node2", 1, "node1");

    [Fact]
    public void A_broker_without_a_placement_is_taken_by_whoever_asks_and_wanted_at_its_preferred_master()
    {
        Assert.True(Node2.TryTakeOver(null, Epoch.None, ["node1", "node2"], out var proposal, out _));
        Assert.Equal(new BrokerPlacement(Epoch.None.Next(1), 1, "node2", BrokerPlacement.Nodes("node2"), "node1"), proposal);
    }

    [Fact]
    public void A_takeover_keeps_the_members_that_are_present_and_the_wanted_master()
    {
        var current = new BrokerPlacement(new Epoch(0x500), 7, "node1", BrokerPlacement.Nodes("node1", "node2", "node3"), "node1");
        Assert.True(Node2.TryTakeOver(current, Epoch.None, ["node3", "node4"], out var proposal, out _));
        Assert.Equal(new BrokerPlacement(new Epoch(0x601), 8, "node2", BrokerPlacement.Nodes("node2", "node3"), "node1"), proposal);
        Assert.Equal(proposal.Epoch, Node2.NextEpoch(current, Epoch.None));
    }

    [Fact]
    public void A_node_that_is_not_in_sync_may_not_lead()
    {
        var current = new BrokerPlacement(new Epoch(0x500), 7, "node1", BrokerPlacement.Nodes("node1", "node3"), "node1");
        Assert.False(Node2.TryTakeOver(current, Epoch.None, ["node2"], out _, out var refusal));
        Assert.Contains("node2 is not in sync", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_epoch_is_above_every_epoch_that_the_own_copy_has_fenced()
    {
        var current = new BrokerPlacement(new Epoch(0x500), 7, "node1", BrokerPlacement.Nodes("node1", "node2"), "node1");
        Assert.True(Node2.TryTakeOver(current, new Epoch(0x902), ["node1"], out var proposal, out _));
        Assert.Equal(new Epoch(0xA01), proposal.Epoch);
    }
}

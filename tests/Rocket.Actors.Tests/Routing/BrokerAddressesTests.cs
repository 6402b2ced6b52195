using System.Collections.Immutable;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Routing;
using Xunit;

namespace Rocket.Actors.Tests.Routing;

public sealed class BrokerAddressesTests
{
    private const string Master = "10.0.0.1:10911";

    private readonly ManualTime _time = new();
    private readonly PeerTable _nodes = new();
    private readonly BrokerAddresses _addresses;

    public BrokerAddressesTests()
    {
        _addresses = new BrokerAddresses(_nodes, _time);
        var self = Status("node2", "10.0.0.1", new HeldReplicas("broker-a", ["node1", "node2", "node3"], 10911));
        _nodes.Current = new PeerSnapshot(self, ImmutableSortedDictionary.Create<string, PeerView>(StringComparer.Ordinal));
        Hear("node1", "10.0.0.2", 20911);
        Hear("node3", "10.0.0.3", 30911);
        _addresses.Look();
    }

    [Fact]
    public void Copies_are_numbered_in_the_order_of_the_replicas_without_the_master() => Assert.Equal(
        [(0L, Master), (1L, "10.0.0.2:20911"), (2L, "10.0.0.3:30911")],
        Copies());

    [Fact]
    public void A_copy_whose_node_is_lost_goes_after_a_while_and_the_others_keep_their_numbers()
    {
        Lose("node1");
        Assert.Equal(3, Copies().Length);
        Assert.Empty(_addresses.Absent());

        _time.Advance(BrokerAddresses.Grace);
        Hear("node3", "10.0.0.3", 30911);
        _addresses.Look();
        Assert.Equal([(0L, Master), (2L, "10.0.0.3:30911")], Copies());
        Assert.Equal(["10.0.0.2:20911"], _addresses.Absent());

        Hear("node1", "10.0.0.2", 20911);
        _addresses.Look();
        Assert.Equal(3, Copies().Length);
        Assert.Empty(_addresses.Absent());
    }

    [Fact]
    public void A_node_that_does_not_tell_its_port_or_holds_no_copy_is_no_address()
    {
        Hear("node1", "10.0.0.2", 0);
        Assert.Equal([(0L, Master), (2L, "10.0.0.3:30911")], Copies());
        Assert.Equal([(0L, "x:1")], _addresses.OfCopies("broker-z", "x:1").Select(copy => (copy.Key, copy.Value)));
    }

    private (long, string)[] Copies() => [.. _addresses.OfCopies("broker-a", Master).Select(copy => (copy.Key, copy.Value))];

    private void Hear(string node, string host, int port)
    {
        var link = new LinkPeer(node, 1, 1, "1.0", "e");
        var status = Status(node, host, new HeldReplicas("broker-a", ["node1", "node2", "node3"], port));
        Set(new PeerView(node, "a", link, null, status));
    }

    private void Lose(string node) => Set(_nodes.Current.Peers[node] with { Dialed = null });

    private void Set(PeerView view) => _nodes.Current = _nodes.Current with { Peers = _nodes.Current.Peers.SetItem(view.Name, view) };

    private static NodeStatus Status(string node, string host, HeldReplicas held) =>
        new(node, 1, 1, 1, "akka://" + node, 1, host, Votes: true, Ballot.None, [], [held]);
}

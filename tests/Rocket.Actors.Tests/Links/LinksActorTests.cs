using System.Buffers;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Forming;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class LinksActorTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly LinkHub _hub = new();
    private readonly PeerTable _table = new();
    private readonly PlacementTable _placements = new();
    private readonly TestProbe _placementActor;
    private readonly TestProbe _formation;
    private readonly IActorRef _links;
    private volatile string? _missed;

    public LinksActorTests()
    {
        (_placementActor, _formation) = (CreateTestProbe(), CreateTestProbe());
        _links = Sys.ActorOf(LinksActor.Props(StatusOf("node1", 1), Identities.Voters, _hub, _table, _placements, _placementActor, _formation, address => _missed == address));
        _formation.ExpectMsg<FormationProtocol.Watch>(Patience);
    }

    [Fact]
    public void A_peer_is_told_how_this_node_stands_when_a_link_is_made_and_whenever_that_changes()
    {
        var connection = Connect("node2", 5);
        AwaitAssert(() => Assert.NotEmpty(StatusesTo(connection)), Patience);
        Assert.False(StatusesTo(connection)[^1].IsInCluster);

        _links.Tell(new FormationProtocol.ClusterChanged(new ClusterStand(new Ballot(0x100), "a"), ["node1"], [5]));
        AwaitAssert(() => Assert.Equal(new Ballot(0x100), StatusesTo(connection)[^1].ClusterNumber), Patience);

        Assert.Equal(5, Assert.Single(StatusesTo(connection)[^1].Removed));
        Assert.Equal("node1", Assert.Single(StatusesTo(connection)[^1].Members));
        _placements.MayVote = true;
        AwaitAssert(() => Assert.True(StatusesTo(connection)[^1].Votes), Patience);
        var versions = StatusesTo(connection).Select(status => status.Version).ToList();
        Assert.Equal(versions.Order(), versions);
    }

    [Fact]
    public void A_peer_that_akkas_failure_detector_misses_is_not_said_to_be_heard()
    {
        Connect("node2", 5);
        Say(StatusOf("node2", 5));
        AwaitAssert(() => Assert.Equal("node2", Assert.Single(_table.Current.Self!.Hears)), Patience);
        _missed = StatusOf("node2", 5).AkkaAddress;
        AwaitAssert(() => Assert.Empty(_table.Current.Self!.Hears), Patience);
        Assert.True(_table.Current.Peers["node2"].IsHeard);
    }

    [Fact]
    public void What_a_peer_says_is_published_and_told_to_those_who_decide()
    {
        Connect("node2", 5);
        Assert.Equal("node2", _placementActor.ExpectMsg<PlacementProtocol.VoterLinked>(Patience).Voter);
        Assert.False(_table.Current.Peers["node2"].IsHeard);

        Say(StatusOf("node2", 5) with { ClusterNumber = new Ballot(0x200), Hears = ["node1"], Brokers = [new HeldReplicas("broker-b", ["node2"], 20911)] });
        var heard = _formation.ExpectMsg<FormationProtocol.PeerHeard>(Patience);
        Assert.Equal(("node2", 5L, new ClusterStand(new Ballot(0x200), "akka://node2")), (heard.Peer, heard.Stand.Incarnation, heard.Stand.Cluster!));
        Assert.Equal(["broker-b"], _placementActor.ExpectMsg<PlacementProtocol.BrokersElsewhere>(Patience).Brokers);
        Assert.True(_table.Current.Peers["node2"].IsHeard);
        Assert.Equal(["node2"], _table.ReplicasOf("broker-b"));
        Assert.Null(_table.ReplicasOf("broker-z"));
        AwaitAssert(() => Assert.Equal("node2", Assert.Single(_table.Current.Self!.Hears)), Patience);
    }

    [Fact]
    public void A_peer_is_lost_with_its_last_connection_and_heard_again_with_the_same_status()
    {
        var (first, second) = (Connect("node2", 5), Connect("node2", 5, LinkDirection.Accepted));
        Say(StatusOf("node2", 5));
        _formation.ExpectMsg<FormationProtocol.PeerHeard>(Patience);
        _hub.Remove(first);
        _hub.Remove(second);
        Assert.Equal("node2", _formation.ExpectMsg<FormationProtocol.PeerLost>(Patience).Peer);
        Assert.False(_table.Current.Peers["node2"].IsHeard);

        Connect("node2", 5);
        Say(StatusOf("node2", 5));
        _formation.ExpectMsg<FormationProtocol.PeerHeard>(Patience);
        Assert.True(_table.Current.Peers["node2"].IsHeard);
    }

    [Fact]
    public void An_older_status_of_the_same_start_changes_nothing()
    {
        Connect("node2", 5);
        Say(StatusOf("node2", 5) with { Version = 3, ClusterNumber = new Ballot(0x200) });
        _formation.ExpectMsg<FormationProtocol.PeerHeard>(Patience);
        Say(StatusOf("node2", 5) with { Version = 2 });
        Say(StatusOf("node2", 5) with { Version = 4 });
        Assert.Null(_formation.ExpectMsg<FormationProtocol.PeerHeard>(Patience).Stand.Cluster);
        Assert.Equal(4, _table.Current.Peers["node2"].Status!.Version);
    }

    [Fact]
    public async Task A_status_of_another_node_or_start_is_a_violation()
    {
        var connection = Connect("node2", 5);
        AwaitAssert(() => Assert.NotNull(_hub.ReceiverOf(LinkKind.NodeStatus)), Patience);
        foreach (var status in new[] { StatusOf("node3", 5), StatusOf("node2", 6) })
        {
            var output = new ArrayBufferWriter<byte>();
            NodeStatusCodec.Write(output, status);
            await Assert.ThrowsAsync<LinkViolationException>(async () =>
                await _hub.ReceiverOf(LinkKind.NodeStatus)!.ReceiveAsync(connection, LinkKind.NodeStatus, new ReadOnlySequence<byte>(output.WrittenMemory)));
        }
    }

    private static NodeStatus StatusOf(string node, long incarnation) =>
        new(node, incarnation, 1, 1, "akka://" + node, 1, "127.0.0.1", Votes: false, Ballot.None, [], []);

    private FakeConnection Connect(string peer, long incarnation, LinkDirection direction = LinkDirection.Dialed)
    {
        var connection = new FakeConnection(peer, incarnation, direction);
        Assert.Null(_hub.TryAdd(connection));
        return connection;
    }

    private void Say(NodeStatus status) => _links.Tell(new LinksProtocol.StatusReceived(status));

    private static List<NodeStatus> StatusesTo(FakeConnection connection)
    {
        lock (connection.Sent)
        {
            return [.. connection.Sent.Where(frame => frame.Kind == LinkKind.NodeStatus).Select(frame => NodeStatusCodec.Read(frame.Payload))];
        }
    }
}

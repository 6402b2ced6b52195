using System.Buffers;
using Rocket.Actors.Links;
using Xunit;

namespace Rocket.Actors.Tests.Links;

public sealed class LinkHubTests
{
    private readonly LinkHub _hub = new();

    [Fact]
    public void A_nodes_own_frames_go_over_the_connection_that_it_dialed_or_else_over_the_peers()
    {
        var accepted = Add(new FakeConnection(direction: LinkDirection.Accepted));
        Assert.Same(accepted, _hub.Find("node2"));
        var dialed = Add(new FakeConnection(direction: LinkDirection.Dialed));
        Assert.Same(dialed, _hub.Find("node2"));
        _hub.Remove(dialed);
        Assert.Same(accepted, _hub.Find("node2"));
        _hub.Remove(accepted);
        Assert.Null(_hub.Find("node2"));
    }

    [Fact]
    public void A_frame_to_a_peer_without_a_connection_is_dropped()
    {
        Assert.False(_hub.Send("node2", LinkFrame.Copy(LinkKind.VoterMessage, [1])));
        var bulk = LinkFrame.Copy(LinkKind.RecordBatch, [1]);
        Assert.Equal(LinkSend.Closed, _hub.TrySend("node2", bulk));
        bulk.Release();
    }

    [Fact]
    public void A_second_start_of_a_node_waits_until_the_links_of_the_first_have_ended()
    {
        var old = Add(new FakeConnection(incarnation: 1, direction: LinkDirection.Accepted));
        var restarted = new FakeConnection(incarnation: 2, direction: LinkDirection.Dialed);
        Assert.Contains("node2 is linked already", _hub.TryAdd(restarted), StringComparison.Ordinal);
        _hub.Remove(old);
        Assert.Null(_hub.TryAdd(restarted));
    }

    [Fact]
    public void A_newer_connection_of_the_same_start_replaces_the_older_which_still_counts_until_it_has_ended()
    {
        var first = Add(new FakeConnection(direction: LinkDirection.Accepted));
        var second = Add(new FakeConnection(direction: LinkDirection.Accepted));
        Assert.NotNull(first.AbortReason);
        Assert.Same(second, _hub.Find("node2"));
        _hub.Remove(second);
        Assert.NotNull(_hub.TryAdd(new FakeConnection(incarnation: 2)));
        _hub.Remove(first);
        Assert.Null(_hub.TryAdd(new FakeConnection(incarnation: 2)));
    }

    [Fact]
    public void An_observer_hears_of_what_is_up_already_and_of_each_beginning_and_end()
    {
        var first = Add(new FakeConnection("node2"));
        var observer = new Observer();
        _hub.Observe(observer);
        var second = Add(new FakeConnection("node3"));
        _hub.Remove(first);
        _hub.StopObserving(observer);
        _hub.Remove(second);
        Assert.Equal(["up node2", "up node3", "down node2"], observer.Heard);
    }

    [Fact]
    public void A_kind_has_one_receiver_and_a_late_farewell_of_the_former_changes_nothing()
    {
        var (first, second) = (new Receiver(), new Receiver());
        _hub.Register(LinkKind.VoterMessage, first);
        _hub.Register(LinkKind.VoterMessage, second);
        _hub.Unregister(LinkKind.VoterMessage, first);
        Assert.Same(second, _hub.ReceiverOf(LinkKind.VoterMessage));
        _hub.Unregister(LinkKind.VoterMessage, second);
        Assert.Null(_hub.ReceiverOf(LinkKind.VoterMessage));
        Assert.Null(_hub.ReceiverOf((LinkKind)255));
        Assert.Null(_hub.ReceiverOf((LinkKind)300));
    }

    [Fact]
    public void What_the_connection_itself_takes_cannot_be_registered() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _hub.Register(LinkKind.Ping, new Receiver()));

    private FakeConnection Add(FakeConnection connection)
    {
        Assert.Null(_hub.TryAdd(connection));
        return connection;
    }

    private sealed class Observer : ILinkObserver
    {
        public List<string> Heard { get; } = [];

        public void OnUp(ILinkConnection connection) => Heard.Add("up " + connection.Peer.Name);

        public void OnDown(ILinkConnection connection) => Heard.Add("down " + connection.Peer.Name);
    }

    private sealed class Receiver : ILinkReceiver
    {
        public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload) => ValueTask.CompletedTask;
    }
}

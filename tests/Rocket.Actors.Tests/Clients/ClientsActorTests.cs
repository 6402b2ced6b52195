using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Tests.Wire;
using Xunit;
using static Rocket.Actors.Clients.ClientsProtocol;
using static Rocket.Actors.Tests.Clients.Heartbeats;

namespace Rocket.Actors.Tests.Clients;

public sealed class ClientsActorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_heartbeat_is_answered_after_everyone_concerned_was_notified()
    {
        await using ClusterNode node = await ClusterNode.Start();
        var clients = new ClientsOf(node, "node1");
        FakeChannel one = new(), two = new();
        await clients.Hear(one, "c1");
        Assert.Equal(["g"], one.TakeNotifications());
        await clients.Hear(two, "c2");
        Assert.Equal(["g"], one.TakeNotifications());
        Assert.Equal(["g"], two.TakeNotifications());
        Assert.Equal(["c1", "c2"], clients.Ids());

        Assert.IsType<Unregistered>(await clients.Actor.Ask(new Unregister(two, "c2", null, "g"), Patience));
        Assert.Equal(["g"], one.TakeNotifications());
        Assert.Equal(["c1"], clients.Ids());
    }

    [Fact]
    public async Task A_bad_heartbeat_is_refused_with_a_text_and_the_next_one_is_taken()
    {
        await using ClusterNode node = await ClusterNode.Start();
        var clients = new ClientsOf(node, "node1");
        var refused = Assert.IsType<HeartbeatRefused>(
            await clients.Actor.Ask(new Heartbeat(new FakeChannel(), Consumer("c1", "not a group")), Patience));
        Assert.Contains("illegal characters", refused.Error, StringComparison.Ordinal);
        await clients.Hear(new FakeChannel(), "c1");
    }

    [Fact]
    public async Task A_closed_connection_takes_its_client_away_and_a_silent_one_expires()
    {
        await using ClusterNode node = await ClusterNode.Start();
        var clients = new ClientsOf(node, "node1");
        FakeChannel closing = new(), silent = new(), alive = new();
        await clients.Hear(closing, "c1");
        await clients.Hear(silent, "c2");
        clients.Actor.Tell(new ChannelClosed(closing));
        clients.Time.Advance(TimeSpan.FromSeconds(100));
        await clients.Hear(alive, "c3");
        Assert.Equal(["c2", "c3"], clients.Ids());

        clients.Time.Advance(TimeSpan.FromSeconds(20));
        clients.Actor.Tell(ClientsActor.ScanDue.Instance);
        await clients.Hear(alive, "c3");
        Assert.Equal(["c3"], clients.Ids());
    }

    [Fact]
    public async Task Clients_survive_a_restart_of_the_actor()
    {
        await using ClusterNode node = await ClusterNode.Start();
        var clients = new ClientsOf(node, "node1");
        FakeChannel one = new();
        await clients.Hear(one, "c1");
        one.TakeNotifications();

        clients.Actor.Tell(new Heartbeat(null!, null!));
        await clients.Hear(new FakeChannel(), "c2");
        Assert.Equal(["c1", "c2"], clients.Ids());
        Assert.Equal(["g"], one.TakeNotifications());
    }

    [Fact]
    public async Task Members_are_the_same_on_all_nodes_and_those_of_a_dead_node_go_with_it()
    {
        await using ClusterNode first = await ClusterNode.Start();
        await using ClusterNode second = await ClusterNode.Start(first);
        ClientsOf one = new(first, "node1"), two = new(second, "node2");
        FakeChannel here = new(), there = new();
        await one.Hear(here, "c1");
        await two.Hear(there, "c2");
        await Eventually.Holds(() => one.Ids().Length == 2 && two.Ids().Length == 2, "both nodes list both clients", TimeSpan.FromSeconds(2));
        Assert.Contains("g", there.TakeNotifications());
        Assert.Contains("g", here.TakeNotifications());
        Assert.True(one.Body.SequenceEqual(two.Body));

        await using (ClusterNode third = await ClusterNode.Start(first))
        {
            var three = new ClientsOf(third, "node3");
            await Eventually.Holds(() => three.Ids().Length == 2, "the third node has caught up");
            await three.Hear(new FakeChannel(), "c3");
            await Eventually.Holds(() => one.Ids().Length == 3 && two.Ids().Length == 3, "all list the third client", TimeSpan.FromSeconds(2));
            await third.Kill();
            first.Cluster.Down(third.Cluster.SelfAddress);
        }

        await Eventually.Holds(() => one.Ids().Length == 2 && two.Ids().Length == 2, "the clients of the dead node are gone");
    }

    [Fact]
    public async Task Clients_that_fill_a_part_with_long_expressions_do_not_hide_others_from_the_other_nodes()
    {
        await using ClusterNode first = await ClusterNode.Start();
        await using ClusterNode second = await ClusterNode.Start(first);
        ClientsOf one = new(first, "node1"), two = new(second, "node2");
        for (int i = 0; i < 300; i++)
        {
            object answer = await one.Actor.Ask(
                new Heartbeat(new FakeChannel(), Consumer(ClientPartRoomTests.InPartZero($"long{i}"), "long", ("T", ClientPartRoomTests.Long(i), 1))), Patience);
            Assert.True(answer is HeartbeatAccepted || i > 0);
        }

        string id = ClientPartRoomTests.InPartZero("ordinary");
        await one.Hear(new FakeChannel(), id);

        await Eventually.Holds(() => two.Ids() is [var only] && only == id, "the other node lists the client, too");
    }

    private sealed class ClientsOf
    {
        private readonly ClientDirectory _directory = new();

        public ClientsOf(ClusterNode node, string name) =>
            Actor = node.System.ActorOf(ClientsActor.Props(SettingsOf(name), _directory, incarnation: 1, Time), ClientsActor.Name);

        public IActorRef Actor { get; }

        public ManualTime Time { get; } = new();

        public ReadOnlySpan<byte> Body => _directory.TryGetGroup("g", out ConsumerGroupView? view) ? view.ConsumerIdListBody.Span : default;

        public string[] Ids() =>
            _directory.TryGetGroup("g", out ConsumerGroupView? view) ? [.. view.Members.Select(member => member.ClientId)] : [];

        public async Task Hear(FakeChannel channel, string clientId) =>
            Assert.IsType<HeartbeatAccepted>(await Actor.Ask(new Heartbeat(channel, Consumer(clientId, "g", ("T", "*", 1))), Patience));

        private static NodeSettings SettingsOf(string name)
        {
            var limits = new LimitSettings(
                MaxFrameBytes: 1 << 20, MaxHeaderBytes: 1 << 16, MaxConnections: 100, ConnectionOutstandingBytes: 1 << 20, WriteTimeout: TimeSpan.FromSeconds(30),
                QueueOutstandingBytes: 1 << 20, WaitingPullsPerQueue: 100, MaxTopics: 100, MaxQueuesPerTopic: 16, MaxConsumerGroups: 100,
                MaxSubscriptionsPerHeartbeat: 10, IdleTimeout: TimeSpan.FromSeconds(120), HandshakeTimeout: TimeSpan.FromSeconds(10),
                ClientExpiry: TimeSpan.FromSeconds(120), MaxOpenFiles: 100);
            return new NodeSettings("C", name, "127.0.0.1", "127.0.0.1", "unused", 9876, new Dictionary<string, string>(), [], limits);
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks = TimeSpan.FromDays(1).Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}

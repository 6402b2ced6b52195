using Akka.Actor;
using Rocket.Actors.Routing;
using Rocket.Actors.Tests.Wire;
using Rocket.Actors.Topics;
using Xunit;
using static Rocket.Actors.Routing.RouteProtocol;

namespace Rocket.Actors.Tests.Routing;

public sealed class RouteActorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>10 000 names of the greatest length that cannot be compressed well: the most that parts and gossip have to carry.</summary>
    private static readonly string[] LongNames = MakeLongNames();

    [Fact]
    public async Task The_view_shows_a_topic_when_its_publication_is_answered()
    {
        await using ClusterNode node = await ClusterNode.Start();
        var routes = new RouteOf(node);
        await routes.Publish(new PublishBroker("broker-a", "C", 1, new Dictionary<long, string> { [0] = "127.0.0.1:10911" }));
        await routes.Publish(new PublishTopics("broker-a", 1, [Topic("TBW102", 7)], Complete: true));

        for (int number = 0; number < 100; number++)
        {
            await routes.Publish(new PublishTopic("broker-a", 1, Topic($"T{number}", 6)));
            Assert.True(routes.Table.Current.TryGetRoute($"T{number}", out _));
        }

        Assert.Equal(101, routes.Table.Current.TopicCount);
        await routes.Publish(new RetractTopic("broker-a", 1, "T7"));
        Assert.False(routes.Table.Current.TryGetRoute("T7", out _));
    }

    [Fact]
    public async Task A_publication_of_an_epoch_that_is_over_is_refused()
    {
        await using ClusterNode node = await ClusterNode.Start();
        var routes = new RouteOf(node);
        await routes.Publish(new PublishBroker("broker-a", "C", 4, new Dictionary<long, string>()));

        var refused = Assert.IsType<PublishRefused>(await routes.Actor.Ask(new RetractBroker("broker-a", 3), Patience));
        Assert.Contains("epoch 3", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_routes_survive_a_restart_of_the_actor()
    {
        await using ClusterNode node = await ClusterNode.Start();
        var routes = new RouteOf(node);
        await routes.Publish(new PublishBroker("broker-a", "C", 1, new Dictionary<long, string> { [0] = "127.0.0.1:10911" }));
        await routes.Publish(new PublishTopics("broker-a", 1, [Topic("T", 6)], Complete: true));

        routes.Actor.Tell(new Unheard("broker-a", 1));
        await routes.Publish(new PublishTopic("broker-a", 1, Topic("U", 6)));
        Assert.Equal(2, routes.Table.Current.TopicCount);
    }

    [Fact]
    public async Task Every_node_knows_all_brokers_and_topics_and_a_late_one_catches_up()
    {
        await using ClusterNode first = await ClusterNode.Start();
        await using ClusterNode second = await ClusterNode.Start(first);
        RouteOf one = new(first), two = new(second);
        await one.Publish(new PublishBroker("broker-a", "C", 1, new Dictionary<long, string> { [0] = "127.0.0.1:10911" }));
        await two.Publish(new PublishBroker("broker-b", "C", 1, new Dictionary<long, string> { [0] = "127.0.0.1:20911" }));
        await one.Publish(new PublishTopics("broker-a", 1, [.. LongNames.Select(name => Topic(name, 6))], Complete: true));
        await two.Publish(new PublishTopics("broker-b", 1, [Topic(LongNames[0], 6), Topic("B", 6)], Complete: true));
        await Eventually.Holds(() => Same(one, two, LongNames.Length + 1), "both nodes show all topics");

        await using ClusterNode third = await ClusterNode.Start(second);
        var three = new RouteOf(third);
        await Eventually.Holds(() => Same(one, three, LongNames.Length + 1), "the third node has caught up");

        await two.Publish(new RetractTopic("broker-b", 1, LongNames[0]));
        await two.Publish(new PublishTopic("broker-b", 1, Topic("New", 6)));
        await Eventually.Holds(
            () => Same(two, three, LongNames.Length + 2) && Same(one, three, LongNames.Length + 2), "all nodes show the new topic");
        Assert.True(three.Table.Current.TryGetRoute(LongNames[0], out TopicRoute? route));
        Assert.Equal("broker-a", Assert.Single(route.Queues).Broker.BrokerName);
    }

    [Fact]
    public async Task A_change_reaches_the_other_nodes_within_a_second()
    {
        await using ClusterNode first = await ClusterNode.Start();
        await using ClusterNode second = await ClusterNode.Start(first);
        RouteOf one = new(first), two = new(second);
        await one.Publish(new PublishBroker("broker-a", "C", 1, new Dictionary<long, string> { [0] = "127.0.0.1:10911" }));
        await one.Publish(new PublishTopics("broker-a", 1, [], Complete: true));
        await Eventually.Holds(() => two.Table.Current.Brokers.ContainsKey("broker-a"), "the broker is known");

        for (int number = 0; number < 5; number++)
        {
            await one.Publish(new PublishTopic("broker-a", 1, Topic($"T{number}", 6)));
            await Eventually.Holds(() => two.Table.Current.TryGetRoute($"T{number}", out _), $"topic {number}", TimeSpan.FromSeconds(1));
        }
    }

    private static bool Same(RouteOf one, RouteOf other, int topics) =>
        one.Table.Current.TopicCount == topics && other.Table.Current.TopicCount == topics
        && one.Table.Current.ClusterInfoBody.Span.SequenceEqual(other.Table.Current.ClusterInfoBody.Span)
        && one.Table.Current.Topics.All(route =>
            other.Table.Current.TryGetRoute(route.Topic, out TopicRoute? same) && same.Body.Span.SequenceEqual(route.Body.Span));

    private static string[] MakeLongNames()
    {
        var random = new Random(4711);
        return [.. Enumerable.Range(0, 10_000).Select(_ => random.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", 127))];
    }

    private static TopicConfig Topic(string name, int perm) => new(name, 4, 4, perm, 0, false);

    /// <summary>Makes the actor throw.</summary>
    private sealed record Unheard(string BrokerName, long Epoch) : IPublication;

    private sealed class RouteOf
    {
        public RouteOf(ClusterNode node) => Actor = node.System.ActorOf(RouteActor.Props(Table), RouteActor.Name);

        public RouteTable Table { get; } = new();

        public IActorRef Actor { get; }

        public async Task Publish(IPublication publication) => Assert.Equal(publication, (await Actor.Ask<Published>(publication, Patience)).Publication);
    }
}

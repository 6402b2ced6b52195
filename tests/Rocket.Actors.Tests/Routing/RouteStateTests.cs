using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Rocket.Actors.Routing;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Routing;

public sealed class RouteStateTests
{
    private static readonly ImmutableSortedDictionary<long, string> Master = Addresses((0, "10.0.0.1:10911"));

    [Fact]
    public void A_published_topic_is_in_the_view_with_the_body_that_clients_read()
    {
        RouteState state = Led("broker-a", 1);
        state = Done(state.PublishTopics("broker-a", 1, [Topic("T", 8, 4)], complete: true));

        Assert.True(state.View.TryGetRoute("T", out TopicRoute? route));
        Assert.Equal(
            """{"brokerDatas":[{"brokerAddrs":{"0":"10.0.0.1:10911"},"brokerName":"broker-a","cluster":"C"}],"filterServerTable":{},"queueDatas":[{"brokerName":"broker-a","perm":6,"readQueueNums":8,"topicSysFlag":0,"writeQueueNums":4}]}""",
            Encoding.UTF8.GetString(route.Body.Span));
        Assert.False(state.View.TryGetRoute("t", out _));
    }

    [Fact]
    public void The_cluster_info_lists_brokers_and_clusters_by_name()
    {
        RouteState state = Done(Led("broker-b", 1).PublishBroker("broker-a", "C", 1, Addresses((1, "10.0.0.2:10911"), (0, "10.0.0.1:10911"))));

        Assert.Equal(
            """{"brokerAddrTable":{"broker-a":{"brokerAddrs":{"0":"10.0.0.1:10911","1":"10.0.0.2:10911"},"brokerName":"broker-a","cluster":"C"},"broker-b":{"brokerAddrs":{"0":"10.0.0.1:10911"},"brokerName":"broker-b","cluster":"C"}},"clusterAddrTable":{"C":["broker-a","broker-b"]}}""",
            Encoding.UTF8.GetString(state.View.ClusterInfoBody.Span));
    }

    [Fact]
    public void A_topic_on_two_brokers_names_both_in_order_and_loses_one_at_a_time()
    {
        RouteState state = Done(Led("broker-b", 1).PublishBroker("broker-a", "C", 1, Master));
        state = Done(state.PublishTopics("broker-b", 1, [Topic("T", 4, 4)], complete: true));
        state = Done(state.PublishTopics("broker-a", 1, [Topic("T", 2, 2)], complete: true));
        Assert.Equal(["broker-a", "broker-b"], BrokersOf(state, "T"));

        state = Done(state.RetractTopic("broker-a", 1, "T"));
        Assert.Equal(["broker-b"], BrokersOf(state, "T"));
        state = Done(state.RetractBroker("broker-b", 1));
        Assert.False(state.View.TryGetRoute("T", out _));
        Assert.Equal(["broker-a"], state.View.Brokers.Keys);
        Assert.Equal(0, state.View.TopicCount);
    }

    [Fact]
    public void Addresses_at_which_nobody_is_are_not_told_and_come_back_with_all_that_was_learned_meanwhile()
    {
        RouteState state = Done(Led("broker-a", 1).PublishBroker("broker-a", "C", 1, Addresses((0, "10.0.0.1:10911"), (1, "10.0.0.2:10911"))));
        state = Done(state.PublishTopics("broker-a", 1, [Topic("T", 4, 4)], complete: true));

        state = state.WithAbsent(["10.0.0.1:10911"]);
        Assert.Null(state.View.Brokers["broker-a"].MasterAddress);
        Assert.Contains("\"brokerAddrs\":{\"1\":\"10.0.0.2:10911\"}", Encoding.UTF8.GetString(Body(state, "T").Span), StringComparison.Ordinal);

        // Without any address a client could only stumble over it.
        state = state.WithAbsent(["10.0.0.1:10911", "10.0.0.2:10911"]);
        Assert.Empty(state.View.Brokers);
        Assert.False(state.View.TryGetRoute("T", out _));
        state = Done(state.PublishTopics("broker-a", 1, [Topic("U", 4, 4)], complete: false));
        state = Done(state.RetractTopic("broker-a", 1, "T"));
        Assert.Equal(0, state.View.TopicCount);

        state = state.WithAbsent([]);
        Assert.Equal("10.0.0.1:10911", state.View.Brokers["broker-a"].MasterAddress);
        Assert.True(state.View.TryGetRoute("U", out _));
        Assert.False(state.View.TryGetRoute("T", out _));
        Assert.Same(state, state.WithAbsent([]));
        Assert.Empty(Done(state.RetractBroker("broker-a", 1)).View.Brokers);
    }

    [Fact]
    public void Bodies_are_kept_until_the_topic_or_an_address_of_its_brokers_changes()
    {
        RouteState state = Done(Led("broker-a", 1).PublishTopics("broker-a", 1, [Topic("T", 4, 4), Topic("U", 4, 4)], complete: true));
        ReadOnlyMemory<byte> body = Body(state, "T"), cluster = state.View.ClusterInfoBody;

        state = Done(state.PublishTopics("broker-a", 1, [Topic("U", 8, 8), Topic("V", 1, 1)], complete: false));
        state = Done(state.PublishBroker("broker-a", "C", 1, Master));
        Assert.True(body.Equals(Body(state, "T")));
        Assert.True(cluster.Equals(state.View.ClusterInfoBody));

        state = Done(state.PublishBroker("broker-a", "C", 1, Addresses((0, "10.0.0.9:10911"))));
        Assert.Contains("10.0.0.9:10911", Encoding.UTF8.GetString(Body(state, "T").Span), StringComparison.Ordinal);
        Assert.Contains("10.0.0.9:10911", Encoding.UTF8.GetString(state.View.ClusterInfoBody.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_without_a_master_is_shown_without_address_0()
    {
        RouteState state = Done(RouteState.Empty.PublishBroker("broker-a", "C", 1, Addresses((1, "10.0.0.2:10911"))));
        Assert.Null(state.View.Brokers["broker-a"].MasterAddress);
        Assert.Contains("\"brokerAddrs\":{\"1\":", Encoding.UTF8.GetString(state.View.ClusterInfoBody.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_epoch_takes_over_and_the_earlier_leader_is_refused()
    {
        RouteState old = Done(Led("broker-a", 5).PublishTopics("broker-a", 5, [Topic("Deleted", 4, 4), Topic("Kept", 4, 4)], complete: true));
        RouteState taken = Deliver(RouteState.Empty, PartsOf(old, "broker-a"));
        taken = Done(taken.PublishBroker("broker-a", "C", 8, Addresses((0, "10.0.0.2:10911"))));
        Assert.True(taken.View.TryGetRoute("Deleted", out _));
        taken = Done(taken.PublishTopics("broker-a", 8, [Topic("Kept", 4, 4)], complete: true));

        Assert.False(taken.View.TryGetRoute("Deleted", out _));
        old = Deliver(old, PartsOf(taken, "broker-a"));
        Assert.Equal(Describe(taken.View), Describe(old.View));
        Assert.NotNull(old.PublishTopics("broker-a", 5, [Topic("Late", 1, 1)], complete: false).Refusal);
        Assert.NotNull(old.PublishBroker("broker-a", "C", 5, Master).Refusal);
        Assert.Equal(Describe(taken.View), Describe(Deliver(taken, PartsOf(old, "broker-a")).View));
    }

    [Fact]
    public void Topics_of_a_broker_that_was_not_published_in_that_epoch_are_refused()
    {
        Assert.NotNull(RouteState.Empty.PublishTopics("broker-a", 1, [Topic("T", 1, 1)], complete: true).Refusal);
        Assert.NotNull(Led("broker-a", 2).RetractTopic("broker-a", 3, "T").Refusal);
        Assert.NotNull(RouteState.Empty.PublishBroker("broker-a", "C", 0, Master).Refusal);
    }

    [Fact]
    public void A_restarted_writer_of_the_same_epoch_overrules_what_it_left_behind()
    {
        RouteState before = Done(Led("broker-a", 3).PublishTopics("broker-a", 3, [Topic("Old", 1, 1)], complete: true));
        for (int change = 0; change < 5; change++)
        {
            before = Done(before.PublishTopics("broker-a", 3, [Topic("Old", change + 2, 1)], complete: false));
        }

        RouteState after = Done(Led("broker-a", 3).PublishTopics("broker-a", 3, [Topic("New", 1, 1)], complete: true));

        (after, RouteState other) = Exchange(after, Deliver(RouteState.Empty, PartsOf(before, "broker-a")));
        Assert.Equal(["New"], after.View.Topics.Select(route => route.Topic));
        Assert.Equal(["New"], other.View.Topics.Select(route => route.Topic));
    }

    [Fact]
    public void Ten_thousand_topics_one_after_the_other_keep_earlier_views_as_they_were()
    {
        RouteState state = Done(Led("broker-a", 1).PublishTopics("broker-a", 1, [], complete: true));
        var views = new List<RouteView>();
        for (int number = 0; number < 10_000; number++)
        {
            state = Done(state.PublishTopics("broker-a", 1, [Topic($"Topic-{number}", 4, 4)], complete: false));
            if (number % 1000 == 0)
            {
                views.Add(state.View);
            }
        }

        Assert.Equal(10_000, state.View.TopicCount);
        Assert.Equal(Enumerable.Range(0, 10).Select(thousand => (thousand * 1000) + 1), views.Select(view => view.TopicCount));
        Assert.All(views, view => Assert.Equal(view.TopicCount, view.Topics.Count()));
        Assert.All(Enumerable.Range(0, TopicBucket.Count), index => Assert.InRange(state.FindBucket("broker-a", index)!.Topics.Count, 80, 260));
    }

    /// <summary>Whatever the leaders of successive epochs publish: nodes that got the same parts, in any order and repeatedly, show the same.</summary>
    [Fact]
    public void Parts_may_arrive_in_any_order_and_any_number_of_times()
    {
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 3], Gen.Int[0, 5], Gen.Int[0, 9]).List[1, 40].SelectMany(steps =>
        {
            object[] parts = [.. Publish(steps).SelectMany(state => state.BrokerNames.SelectMany(name => PartsOf(state, name))).Distinct()];
            object[] doubled = [.. parts, .. parts];
            return Gen.Select(Gen.Shuffle(parts), Gen.Shuffle(doubled));
        }).Sample((once, twice) => Describe(Deliver(RouteState.Empty, once).View) == Describe(Deliver(RouteState.Empty, twice).View), iter: 200);
    }

    [Fact]
    public void A_view_made_in_steps_equals_one_made_at_once()
    {
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 3], Gen.Int[0, 5], Gen.Int[0, 9]).List[1, 60].Sample(
            steps =>
            {
                RouteState last = Publish(steps)[^1];
                RouteState atOnce = Deliver(RouteState.Empty, last.BrokerNames.SelectMany(name => PartsOf(last, name)));
                return Describe(last.View) == Describe(atOnce.View);
            },
            iter: 200);
    }

    /// <summary>One node's life: each step is (broker, epoch, action, topic); steps of an epoch that is over are refused.</summary>
    private static List<RouteState> Publish(IEnumerable<(int Broker, int Epoch, int Action, int Topic)> steps)
    {
        List<RouteState> states = [RouteState.Empty];
        foreach ((int broker, int epoch, int action, int number) in steps)
        {
            RouteState state = states[^1];
            string name = $"broker-{broker}", topic = $"T{number}";
            states.Add((action switch
            {
                0 => state.PublishBroker(name, "C", epoch, Addresses((0, $"10.0.0.{epoch}:{number}"))),
                1 => state.PublishTopics(name, epoch, [Topic(topic, 4, 4)], complete: true),
                2 => state.RetractTopic(name, epoch, topic),
                3 when number == 0 => state.RetractBroker(name, epoch),
                _ => state.PublishTopics(name, epoch, [Topic(topic, action, number + 1)], complete: false),
            }).State);
        }

        return states;
    }

    private static RouteState Deliver(RouteState state, IEnumerable<object> parts) => parts.Aggregate(state, (current, part) =>
        part is BrokerRegistration registration ? current.Apply(registration).State : current.Apply((TopicBucket)part).State);

    /// <summary>Both sides send all they have until neither has anything new.</summary>
    private static (RouteState One, RouteState Other) Exchange(RouteState one, RouteState other)
    {
        for (int round = 0; round < 3; round++)
        {
            one = other.BrokerNames.Aggregate(one, (state, name) => Deliver(state, PartsOf(other, name)));
            other = one.BrokerNames.Aggregate(other, (state, name) => Deliver(state, PartsOf(one, name)));
        }

        return (one, other);
    }

    private static IEnumerable<object> PartsOf(RouteState state, string brokerName)
    {
        if (state.FindRegistration(brokerName) is { } registration)
        {
            yield return registration;
        }

        for (int index = 0; index < TopicBucket.Count; index++)
        {
            TopicBucket bucket = state.FindBucket(brokerName, index)!;
            if (bucket.Stamp.Epoch > 0)
            {
                yield return bucket;
            }
        }
    }

    private static string Describe(RouteView view) => string.Join(
        '\n',
        view.Topics.OrderBy(route => route.Topic, StringComparer.Ordinal)
            .Select(route => route.Topic + Encoding.UTF8.GetString(route.Body.Span))
            .Prepend(Encoding.UTF8.GetString(view.ClusterInfoBody.Span)));

    private static RouteState Led(string brokerName, long epoch) => Done(RouteState.Empty.PublishBroker(brokerName, "C", epoch, Master));

    private static RouteState Done(RouteChange change)
    {
        Assert.Null(change.Refusal);
        return change.State;
    }

    private static string[] BrokersOf(RouteState state, string topic) =>
        state.View.TryGetRoute(topic, out TopicRoute? route) ? [.. route.Queues.Select(queues => queues.Broker.BrokerName)] : [];

    private static ReadOnlyMemory<byte> Body(RouteState state, string topic)
    {
        Assert.True(state.View.TryGetRoute(topic, out TopicRoute? route));
        return route.Body;
    }

    private static TopicConfig Topic(string name, int read, int write) => new(name, read, write, 6, 0, false);

    private static ImmutableSortedDictionary<long, string> Addresses(params (long Id, string Address)[] addresses) =>
        addresses.ToImmutableSortedDictionary(address => address.Id, address => address.Address);
}

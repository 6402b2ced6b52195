using System.Text;
using Rocket.Actors.Clients;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Json;
using Xunit;
using static Rocket.Actors.Tests.Clients.Heartbeats;

namespace Rocket.Actors.Tests.Clients;

public sealed class ClientsStateTests
{
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(120);
    private readonly ClientsState _state = new("node1", "node1#1", incarnation: 1, maxSubscriptions: 10, maxInAll: 100, Expiry);
    private readonly ClientDirectory _directory = new();
    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_member_that_joins_is_notified_with_all_others()
    {
        FakeChannel one = new(), two = new();
        Hear(one, Consumer("c2", "g", ("T", "*", 1)));
        Assert.Equal(["g"], one.TakeNotifications());

        Hear(two, Consumer("c1", "g", ("T", "*", 1)));
        Assert.Equal(["g"], one.TakeNotifications());
        Assert.Equal(["g"], two.TakeNotifications());
        Assert.Equal("""{"consumerIdList":["c1","c2"]}""", Encoding.UTF8.GetString(View("g").ConsumerIdListBody.Span));

        Hear(one, Consumer("c2", "g", ("T", "*", 1)));
        Hear(two, Consumer("c1", "g", ("T", "*", 1)));
        Assert.Empty(one.TakeNotifications());
        Assert.Empty(two.TakeNotifications());
    }

    [Fact]
    public void A_member_is_notified_over_a_connection_to_a_broker_that_notifies_its_group()
    {
        var state = new ClientsState(
            "node1", "node1#1", incarnation: 1, maxSubscriptions: 10, maxInAll: 100, Expiry, (broker, group) => (broker, group) == ("broker-b", "g"));
        FakeChannel first = new("broker-a"), second = new("broker-b");

        Assert.Empty(state.Heartbeat(first, Consumer("c1", "g", ("T", "*", 1)), _now).Notices);
        Assert.Empty(state.Heartbeat(second, Consumer("c1", "quiet", ("T", "*", 1)), _now).Notices);
        state.Heartbeat(second, Consumer("c1", "g", ("T", "*", 1)), _now);

        // The connection to broker-a was heard last.
        state.Heartbeat(first, Consumer("c1", "g", ("T", "*", 1)), _now + TimeSpan.FromSeconds(1));
        var notice = Assert.Single(state.Heartbeat(first, Consumer("c1", "g", ("U", "*", 2)), _now + TimeSpan.FromSeconds(2)).Notices);
        Assert.Same(second, notice.Channel);
    }

    [Fact]
    public void The_others_are_notified_at_once_when_a_connection_closes_or_a_client_unregisters()
    {
        FakeChannel one = new(), two = new(), three = new();
        Hear(one, Consumer("c1", "g", ("T", "*", 1)));
        Hear(two, Consumer("c2", "g", ("T", "*", 1)));
        Hear(three, Consumer("c3", "g", ("T", "*", 1)));
        one.TakeNotifications();

        Do(_state.Close(three));
        Assert.Equal(["g"], one.TakeNotifications());
        Assert.Equal(["c1", "c2"], Ids("g"));

        three.TakeNotifications();
        Do(_state.Unregister(two, "c2", "CLIENT_INNER_PRODUCER", "g"));
        Assert.Equal(["g"], one.TakeNotifications());
        Assert.Empty(three.TakeNotifications());
        Assert.Equal(["c1"], Ids("g"));

        Do(_state.Close(one));
        Assert.False(_directory.TryGetGroup("g", out _));
        Assert.Empty(_directory.ConsumerGroups);
    }

    [Fact]
    public void Members_are_notified_when_the_topics_change_but_not_when_only_an_expression_does()
    {
        FakeChannel one = new(), two = new();
        Hear(one, Consumer("c1", "g", ("T", "*", 1)));
        Hear(two, Consumer("c2", "g", ("T", "*", 1)));
        one.TakeNotifications();
        two.TakeNotifications();

        Hear(one, Consumer("c1", "g", ("T", "TagA", 2)));
        Assert.Empty(one.TakeNotifications());
        Assert.Equal("TagA", View("g").Subscriptions["T"].SubString);

        Hear(one, Consumer("c1", "g", ("T", "TagA", 2), ("U", "*", 2)));
        Assert.Equal(["g"], one.TakeNotifications());
        Assert.Equal(["g"], two.TakeNotifications());
        Hear(one, Consumer("c1", "g", ("T", "TagA", 2)));
        Assert.Equal(["g"], two.TakeNotifications());
        Assert.False(View("g").TryGetSubscription("U", out _));
    }

    [Fact]
    public void The_higher_version_of_a_subscription_wins_and_the_last_writer_among_equals()
    {
        FakeChannel one = new(), two = new();
        Hear(one, Consumer("c1", "g", ("T", "TagA", 5)));
        Hear(two, Consumer("c2", "g", ("T", "TagB", 4)));
        Assert.Equal("TagA", View("g").Subscriptions["T"].SubString);

        Hear(two, Consumer("c2", "g", ("T", "TagC", 5)));
        Hear(one, Consumer("c1", "g", ("T", "TagA", 5)));
        Assert.Equal("TagC", View("g").Subscriptions["T"].SubString);
        Assert.True(View("g").TryGetSubscription("T", out TopicSubscription? subscription));
        Assert.True(subscription.Expression.Accepts(Rocket.Protocol.Messages.JavaHash.Of("TagC")));
    }

    [Fact]
    public void A_newer_connection_with_the_same_client_id_replaces_the_older_which_has_no_say_any_more()
    {
        FakeChannel older = new(), newer = new(), other = new();
        Hear(other, Consumer("c2", "g", ("T", "*", 1)));
        Hear(older, Consumer("c1", "g", ("T", "*", 1)));
        Hear(newer, Consumer("c1", "g", ("T", "*", 1)));
        other.TakeNotifications();

        Do(_state.Unregister(older, "c1", null, "g"));
        Do(_state.Close(older));
        Assert.Empty(other.TakeNotifications());
        Assert.Equal(["c1", "c2"], Ids("g"));
        Assert.Same(newer, View("g").Members[0].Channel);
        Assert.Equal(newer.RemoteAddress, View("g").Members[0].RemoteAddress);

        Do(_state.Close(newer));
        Assert.Equal(["c2"], Ids("g"));
    }

    [Fact]
    public void A_client_on_several_brokers_is_one_member_notified_once_until_its_last_connection_closes()
    {
        FakeChannel toA = new(), toB = new("broker-b");
        Hear(toA, Consumer("c1", "g", ("T", "*", 1)));
        Hear(toB, Consumer("c1", "g", ("T", "*", 1)));
        toA.TakeNotifications();

        var other = new FakeChannel();
        Hear(other, Consumer("c2", "g", ("T", "*", 1)));
        Assert.Empty(toA.TakeNotifications());
        Assert.Equal(["g"], toB.TakeNotifications());
        other.TakeNotifications();

        Do(_state.Close(toB));
        Assert.Empty(other.TakeNotifications());
        Assert.Equal(["c1", "c2"], Ids("g"));
        Do(_state.Close(toA));
        Assert.Equal(["g"], other.TakeNotifications());
        Assert.Equal(["c2"], Ids("g"));
    }

    [Fact]
    public void Unregistering_over_one_connection_is_leaving()
    {
        FakeChannel toA = new(), toB = new("broker-b");
        Hear(toA, Consumer("c1", "g", ("T", "*", 1)));
        Hear(toB, Consumer("c1", "g", ("T", "*", 1)));
        Do(_state.Unregister(toB, "c1", null, "g"));
        Assert.False(_directory.TryGetGroup("g", out _));
        Do(_state.Unregister(toA, "c1", null, "g"));
    }

    [Fact]
    public void A_connection_without_heartbeat_is_forgotten_after_the_expiry()
    {
        FakeChannel silent = new(), alive = new();
        Hear(silent, Consumer("c1", "g", ("T", "*", 1)));
        _now += TimeSpan.FromSeconds(60);
        Hear(alive, Consumer("c2", "g", ("T", "*", 1)));
        alive.TakeNotifications();

        _now += TimeSpan.FromSeconds(59);
        Do(_state.Expire(_now));
        Assert.Equal(["c1", "c2"], Ids("g"));
        _now += TimeSpan.FromSeconds(1);
        Do(_state.Expire(_now));
        Assert.Equal(["c2"], Ids("g"));
        Assert.Equal(["g"], alive.TakeNotifications());
    }

    [Fact]
    public void Producers_are_found_by_group_and_by_client()
    {
        FakeChannel toA = new(), toB = new("broker-b");
        Hear(toA, Producer("p1", "pg", "CLIENT_INNER_PRODUCER"));
        Hear(toB, Producer("p1", "pg"));
        Assert.True(_directory.TryGetProducerGroup("pg", out var members));
        Assert.Equal<IClientChannel>([toA, toB], members["p1"].Channels);
        Assert.True(_directory.TryGetChannel("p1", out IClientChannel? channel));
        Assert.Same(toB, channel);

        Do(_state.Unregister(toA, "p1", "pg", null));
        Assert.False(_directory.TryGetProducerGroup("pg", out _));
        Assert.True(_directory.TryGetChannel("p1", out channel));
        Assert.Same(toA, channel);
        Do(_state.Close(toA));
        Assert.False(_directory.TryGetChannel("p1", out _));
        Assert.Empty(toA.TakeNotifications());
    }

    [Fact]
    public void A_client_is_found_by_its_id_whatever_it_joined()
    {
        FakeChannel first = new(), second = new();
        Hear(first, Consumer("c1", "g", ("T", "*", 1)));
        Assert.True(_directory.TryGetChannel("c1", out IClientChannel? channel));
        Assert.Same(first, channel);

        Hear(second, Producer("c1", "pg"));
        Assert.True(_directory.TryGetChannel("c1", out channel));
        Assert.Same(second, channel);

        Do(_state.Close(second));
        Assert.True(_directory.TryGetChannel("c1", out channel));
        Assert.Same(first, channel);
        Do(_state.Close(first));
        Assert.False(_directory.TryGetChannel("c1", out _));
    }

    [Fact]
    public void The_group_shows_what_its_last_writer_said_and_who_its_members_are()
    {
        var channel = new FakeChannel();
        Hear(channel, new HeartbeatData
        {
            ClientId = "c1",
            ConsumerDataSet =
            [
                Data("g", ("T", "a > 1", 1)) with
                {
                    ConsumeType = ConsumeTypes.Actively, MessageModel = MessageModels.Broadcasting, ConsumeFromWhere = ConsumeFromWheres.FirstOffset,
                    SubscriptionDataSet = [new SubscriptionData { Topic = "T", SubString = "a > 1", ExpressionType = ExpressionTypes.Sql92 }],
                },
            ],
        });
        ConsumerGroupView view = View("g");
        Assert.Equal((ConsumeTypes.Actively, MessageModels.Broadcasting, ConsumeFromWheres.FirstOffset), (view.ConsumeType, view.MessageModel, view.ConsumeFromWhere));
        Assert.Equal(new ConsumerMember("c1", channel.RemoteAddress, LanguageCode.Java, 409, channel), Assert.Single(view.Members));
        Assert.Equal("a > 1", view.Subscriptions["T"].Expression.Sql?.Text);
        Assert.False(view.Subscriptions["T"].IsTag);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_heartbeat_over_the_limits_is_refused_and_leaves_nothing_behind(HeartbeatData data, string expected)
    {
        ClientsChange change = _state.Heartbeat(new FakeChannel(), data, _now);
        Assert.Contains(expected, change.Refusal, StringComparison.Ordinal);
        Do(_state.Begin());
        Assert.Empty(_directory.ConsumerGroups);
        Assert.False(_directory.TryGetChannel(data.ClientId, out _));
    }

    public static TheoryData<HeartbeatData, string> Refused => new()
    {
        { Consumer("", "g"), "client id is blank" },
        { Consumer(new string('c', 256), "g"), "client id is longer" },
        { Consumer("c", ""), "group is blank" },
        { Consumer("c", "a group"), "illegal characters" },
        { Consumer("c", new string('g', 256)), "longer than group max length" },
        { Producer("p", "good", "b/d"), "illegal characters" },
        { Consumer("c", "g", ("", "*", 1)), "topic is blank" },
        { Consumer("c", "g", (new string('t', 263), "*", 1)), "topic is longer" },
        { Consumer("c", "g", ("T", new string('x', 32_769), 1)), "longer than 32768 bytes" },
        { Consumer("c", "g", ("T", new string('单', 10_923), 1)), "longer than 32768 bytes" },
        { Consumer("c", "g") with { ConsumerDataSet = [Data("g") with { ConsumeType = new string('x', 65) }] }, "longer than 64 characters" },
        { Consumer("c", "g") with { ConsumerDataSet = [Data("g") with { MessageModel = new string('x', 65) }] }, "longer than 64 characters" },
        { Consumer("c", "g") with { ConsumerDataSet = [Data("g") with { ConsumeFromWhere = new string('x', 65) }] }, "longer than 64 characters" },
        { Consumer("c", "g", [.. Enumerable.Range(0, 11).Select(number => ($"T{number}", "*", 1L))]), "11 subscriptions, 10 are allowed" },
        { Producer("p", [.. Enumerable.Range(0, 11).Select(number => $"g{number}")]), "11 groups, 10 are allowed" },
    };

    [Fact]
    public void A_connection_cannot_collect_groups_without_end()
    {
        var channel = new FakeChannel();
        for (int number = 0; number < 19; number++)
        {
            Hear(channel, Consumer("c", $"g{number}"));
        }

        ClientsChange change = _state.Heartbeat(channel, Consumer("c", "g19"), _now);
        Assert.Contains("in 21 groups, 20 are allowed", change.Refusal, StringComparison.Ordinal);
        Do(_state.Close(channel));
        Assert.Empty(_directory.ConsumerGroups);
    }

    [Fact]
    public void All_clients_together_have_so_many_groups_and_subscriptions_until_some_of_them_leave()
    {
        var channels = Enumerable.Range(0, 20).Select(_ => new FakeChannel()).ToList();
        for (var i = 0; i < channels.Count; i++)
        {
            // 5 each: a producer group, a consumer group, three subscriptions.
            Hear(channels[i], Consumer($"c{i}", "g", ("T", "*", 1), ("U", "*", 1), ("V", "*", 1)));
        }

        Hear(channels[0], Consumer("c0", "g", ("T", "*", 1), ("U", "*", 1), ("V", "*", 1)));
        Assert.Contains("100 are allowed", _state.Heartbeat(new FakeChannel(), Producer("late", "p"), _now).Refusal, StringComparison.Ordinal);
        Assert.Contains(
            "100 are allowed",
            _state.Heartbeat(channels[0], Consumer("c0", "g", ("T", "*", 1), ("U", "*", 1), ("V", "*", 1), ("W", "*", 1)), _now).Refusal,
            StringComparison.Ordinal);

        Hear(channels[0], Consumer("c0", "g", ("T", "*", 1), ("U", "*", 1)));
        Hear(new FakeChannel(), Producer("late", "p"));
        Do(_state.Close(channels[1]));
        Hear(new FakeChannel(), Producer("later", "p", "q", "r", "s", "t"));
        Assert.NotNull(_state.Heartbeat(new FakeChannel(), Producer("too late", "p"), _now).Refusal);
    }

    private void Hear(FakeChannel channel, HeartbeatData data)
    {
        ClientsChange change = _state.Heartbeat(channel, data, _now);
        Assert.Null(change.Refusal);
        Do(change);
    }

    private void Do(ClientsChange change)
    {
        _directory.Apply(change);
        foreach ((IClientChannel channel, ClientNotification notification) in change.Notices)
        {
            channel.Notify(notification);
        }
    }

    private ConsumerGroupView View(string group)
    {
        Assert.True(_directory.TryGetGroup(group, out ConsumerGroupView? view));
        return view;
    }

    private IEnumerable<string> Ids(string group) => View(group).Members.Select(member => member.ClientId);
}

using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Whose filter a pull uses: its own, or that of the group's heartbeat.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class SubscriptionTests(ConsumingRocket rocket)
{
    [Fact]
    public async Task A_pull_without_a_subscription_uses_the_one_of_the_heartbeat()
    {
        var (topic, group) = (await rocket.TopicWithTagsAsync("TagA", "TagB", "TagA"), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, UniqueNames.ClientId(), topic, "TagB");

        var answer = await client.PullAsync(Bare(group, topic)).Succeeded();

        Assert.Equal(1, Assert.Single(answer.Messages).QueueOffset);
        Assert.Equal(3, answer.NextBeginOffset);
    }

    [Fact]
    public async Task A_subscription_in_the_pull_wins_over_the_heartbeat()
    {
        var (topic, group) = (await rocket.TopicWithTagsAsync("TagA", "TagB"), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, UniqueNames.ClientId(), topic, "TagB");

        var answer = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, Subscription = "TagA" }).Succeeded();

        Assert.Equal(0, Assert.Single(answer.Messages).QueueOffset);
    }

    [Fact]
    public async Task Without_a_heartbeat_of_the_group_there_is_no_subscription()
    {
        var topic = await rocket.TopicWithTagsAsync("TagA");
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(Bare(UniqueNames.Group(), topic));

        Assert.Equal(ResponseCode.SubscriptionNotExist, answer.Code);
        Assert.StartsWith("the consumer's group info not exist", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_the_group_does_not_subscribe_to_is_answered_24()
    {
        var (topic, other, group) = (await rocket.TopicWithTagsAsync("TagA"), await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, UniqueNames.ClientId(), other);

        var answer = await client.PullAsync(Bare(group, topic));

        Assert.Equal(ResponseCode.SubscriptionNotExist, answer.Code);
        Assert.StartsWith("the consumer's subscription not exist", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_knows_newer_tags_than_its_heartbeat_told_is_sent_all_of_them_and_looks_itself()
    {
        var (topic, group, clientId) = (await rocket.TopicWithTagsAsync("TagA", "TagB"), UniqueNames.Group(), UniqueNames.ClientId());
        await using var client = await rocket.ConnectAsync();
        await client.HeartbeatAsync(GroupJoining.Heartbeat(group, clientId, [Version(topic, "TagA", 1000)])).Succeeded();

        Assert.Equal(0, Assert.Single((await client.PullAsync(Bare(group, topic) with { SubVersion = 1000 }).Succeeded()).Messages).QueueOffset);
        Assert.Equal(0, Assert.Single((await client.PullAsync(Bare(group, topic) with { SubVersion = 999 }).Succeeded()).Messages).QueueOffset);
        var newer = await client.PullAsync(Bare(group, topic) with { SubVersion = 1001 }).Succeeded();
        Assert.Equal([0, 1], newer.Messages.Select(message => message.QueueOffset));

        await client.HeartbeatAsync(GroupJoining.Heartbeat(group, clientId, [Version(topic, "TagB", 1001)])).Succeeded();
        Assert.Equal(1, Assert.Single((await client.PullAsync(Bare(group, topic) with { SubVersion = 1001 }).Succeeded()).Messages).QueueOffset);
    }

    [Fact]
    public async Task A_client_that_knows_a_newer_condition_than_its_heartbeat_told_is_answered_25_since_it_does_not_look_itself()
    {
        var (topic, group) = (await rocket.TopicWithTagsAsync("TagA"), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.HeartbeatAsync(GroupJoining.Heartbeat(
            group, UniqueNames.ClientId(), [new SubscriptionData(topic, "a = 1", 1000) { ExpressionType = "SQL92" }])).Succeeded();

        foreach (var type in new[] { "SQL92", "TAG" })
        {
            var newer = await client.PullAsync(Bare(group, topic) with { SubVersion = 1001, ExpressionType = type });
            Assert.Equal((ResponseCode.SubscriptionNotLatest, "the consumer's subscription not latest"), (newer.Code, newer.Remark));
        }
    }

    [Fact]
    public async Task A_heartbeat_with_an_older_subscription_changes_nothing()
    {
        var (topic, group) = (await rocket.TopicWithTagsAsync("TagA", "TagB"), UniqueNames.Group());
        await using var one = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        await one.HeartbeatAsync(GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [Version(topic, "TagB", 2000)])).Succeeded();

        await other.HeartbeatAsync(GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [Version(topic, "TagA", 1000)])).Succeeded();

        Assert.Equal(1, Assert.Single((await one.PullAsync(Bare(group, topic)).Succeeded()).Messages).QueueOffset);
    }

    [Theory]
    [InlineData("||")]
    [InlineData("|| ||")]
    public async Task An_expression_that_names_no_tag_is_answered_23(string expression)
    {
        var topic = await rocket.TopicWithTagsAsync("TagA");
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(new PullRequest { ConsumerGroup = UniqueNames.Group(), Topic = topic, Subscription = expression });

        Assert.Equal(
            (ResponseCode.SubscriptionParseFailed, "parse the consumer's subscription failed"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task Names_in_a_heartbeat_may_be_in_any_case()
    {
        var (topic, group, clientId) = (await rocket.TopicWithTagsAsync("TagA", "TagB"), UniqueNames.Group(), UniqueNames.ClientId());
        await using var client = await rocket.ConnectAsync();
        var json = $$"""
            {"ClientID":"{{clientId}}","ConsumerDataSet":[{"ConsumeFromWhere":"CONSUME_FROM_LAST_OFFSET","ConsumeType":"CONSUME_PASSIVELY",
             "GroupName":"{{group}}","MessageModel":"CLUSTERING","UnitMode":false,
             "SubscriptionDataSet":[{"ClassFilterMode":false,"CodeSet":[],"ExpressionType":"TAG","SubString":"TagB","SubVersion":1,
                "TagsSet":["TagB"],"Topic":"{{topic}}"},],},],"ProducerDataSet":[],"SomethingNew":{"a":[1,2]},}
            """;

        var answer = await client.InvokeAsync(
            new TestClient.Wire.RemotingCommand { Code = RequestCode.HeartBeat, Body = Encoding.UTF8.GetBytes(json) });

        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal([clientId], await client.MembersAsync(group));
        Assert.Equal(1, Assert.Single((await client.PullAsync(Bare(group, topic)).Succeeded()).Messages).QueueOffset);
    }

    private static SubscriptionData Version(string topic, string tag, long version) => new(topic, tag, version) { Tags = [tag] };

    /// <summary>A pull as push consumers send it: the subscription is in the heartbeat.</summary>
    private static PullRequest Bare(string group, string topic) =>
        new() { ConsumerGroup = group, Topic = topic, SysFlag = 0, Subscription = null, ExpressionType = "TAG" };
}

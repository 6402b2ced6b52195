using System.Diagnostics;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Consuming from a node that creates no groups and holds no pulls.</summary>
[Collection(SwitchedOffCollection.Name)]
public sealed class SwitchedOffTests(SwitchedOffRocket rocket)
{
    [Fact]
    public async Task A_pull_of_a_group_that_nobody_created_is_answered_26()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        var answer = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic });

        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, answer.Code);
        Assert.StartsWith($"subscription group [{group}] does not exist, ", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_does_not_create_its_group()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        await client.JoinAsync(group, UniqueNames.ClientId(), topic);

        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, (await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic })).Code);
        Assert.Equal(ResponseCode.TopicNotExist, (await client.RouteAsync("%RETRY%" + group)).Code);
    }

    [Fact]
    public async Task The_group_of_the_tools_needs_not_be_created()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(
            ResponseCode.PullNotFound, (await client.PullAsync(new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic })).Code);
    }

    [Theory]
    [InlineData("a > 1")]
    [InlineData("a > > 1")]
    public async Task Without_a_filter_by_properties_expressions_are_answered_1_and_tags_work(string expression)
    {
        const string refusal = "The broker does not support consumer to filter message by SQL92";
        const string group = "TOOLS_CONSUMER";
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        await client.SendTagsAsync(topic, "TagA");

        var check = await client.CheckClientConfigAsync("c", group, SubscriptionData.ForSql(topic, expression));
        Assert.Equal((ResponseCode.SystemError, refusal), (check.Code, check.Remark));
        var inline = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, Subscription = expression, ExpressionType = "SQL92" });
        Assert.Equal((ResponseCode.SystemError, refusal), (inline.Code, inline.Remark));
        await client.HeartbeatAsync(GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [SubscriptionData.ForSql(topic, expression)])).Succeeded();
        var bare = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, SysFlag = 0, Subscription = null });
        Assert.Equal((ResponseCode.SystemError, refusal), (bare.Code, bare.Remark));
        Assert.Equal(ResponseCode.Success, (await client.CheckClientConfigAsync("c", group, SubscriptionData.ForTags(topic, "TagA"))).Code);
        Assert.True((await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, Subscription = "TagA" })).IsFound);
    }

    [Fact]
    public async Task Without_long_polling_a_pull_waits_for_a_second()
    {
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();
        var watch = Stopwatch.StartNew();

        var answer = await client.PullAsync(
            new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic }.Waiting(TimeSpan.FromSeconds(30)));

        Assert.Equal(ResponseCode.PullNotFound, answer.Code);
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(950), TimeSpan.FromSeconds(6));
    }
}

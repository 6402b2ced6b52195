using System.Diagnostics;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Groups;

/// <summary>What a group's configuration means to its consumers.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class GroupRulesTests(ConsumingRocket rocket)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_group_that_may_not_consume_is_answered_16_until_it_may_again()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();
        await client.ChangeGroupAsync(new SubscriptionGroup(group) { ConsumeEnable = false }).Succeeded();
        var pull = new PullRequest { ConsumerGroup = group, Topic = topic };

        var refused = await client.PullAsync(pull);

        Assert.Equal((ResponseCode.NoPermission, $"subscription group no permission, {group}"), (refused.Code, refused.Remark));
        await client.ChangeGroupAsync(new SubscriptionGroup(group)).Succeeded();
        Assert.Single((await client.PullAsync(pull).Succeeded()).Messages);
    }

    [Fact]
    public async Task A_pull_that_waits_while_its_group_is_forbidden_to_consume_gets_no_message()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        var held = client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic }.Waiting(Patience));
        await Eventually.HoldsAsync(async () => (await other.GroupConfigAsync(group)).Code == ResponseCode.Success);

        await other.ChangeGroupAsync(new SubscriptionGroup(group) { ConsumeEnable = false }).Succeeded();
        await other.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        Assert.Equal(ResponseCode.NoPermission, (await held).Code);
    }

    [Theory]
    [InlineData(PullFlag.Subscription)]
    [InlineData(0)]
    public async Task A_group_that_may_not_broadcast_is_answered_16_when_it_does(int flags)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.ChangeGroupAsync(new SubscriptionGroup(group) { ConsumeBroadcastEnable = false }).Succeeded();
        await client.JoinAsync(group, UniqueNames.ClientId(), topic, model: "BROADCASTING");
        var pull = new PullRequest { ConsumerGroup = group, Topic = topic, SysFlag = flags };

        var refused = await client.PullAsync(pull);

        Assert.Equal((ResponseCode.NoPermission, $"the consumer group[{group}] can not consume by broadcast way"), (refused.Code, refused.Remark));
        await client.ChangeGroupAsync(new SubscriptionGroup(group)).Succeeded();
        Assert.Equal(ResponseCode.PullNotFound, (await client.PullAsync(pull)).Code);
    }

    [Theory]
    [InlineData(2, "%RETRY%")]
    [InlineData(3, "%DLQ%")]
    [InlineData(4, "%DLQ%")]
    public async Task A_message_that_failed_as_often_as_the_group_allows_goes_to_its_dead_letters(int times, string prefix)
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();
        await client.ChangeGroupAsync(new SubscriptionGroup(group) { RetryMaxTimes = 3 }).Succeeded();

        await client.SendAsync(SendRequest.For("%RETRY%" + group, "failed") with { ReconsumeTimes = times }).Succeeded();

        Assert.Equal(times, Assert.Single(await client.ReadQueueAsync(prefix + group)).ReconsumeTimes);
    }

    [Fact]
    public async Task The_retry_topic_has_as_many_queues_as_the_group_wants_and_never_loses_one()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.ChangeGroupAsync(new SubscriptionGroup(group) { RetryQueueNums = 3 }).Succeeded();
        Assert.Equal(ResponseCode.TopicNotExist, (await client.RouteAsync("%RETRY%" + group)).Code);
        await client.JoinAsync(group, UniqueNames.ClientId(), topic);
        Assert.Equal(3, await QueuesAsync(client, group));

        await client.ChangeGroupAsync(new SubscriptionGroup(group) { RetryQueueNums = 5 }).Succeeded();
        Assert.Equal(5, await QueuesAsync(client, group));
        await client.ChangeGroupAsync(new SubscriptionGroup(group) { RetryQueueNums = 2 }).Succeeded();
        Assert.Equal(5, await QueuesAsync(client, group));
    }

    [Fact]
    public async Task Members_are_not_told_of_changes_if_the_group_does_not_want_that()
    {
        var (topic, quiet, loud) = (await rocket.CreateTopicAsync(), UniqueNames.Group(), UniqueNames.Group());
        await using var member = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        await member.ChangeGroupAsync(new SubscriptionGroup(quiet) { NotifyConsumerIdsChangedEnable = false }).Succeeded();

        // Notices leave in the order of what caused them: had there been one of the quiet group, it would be the first.
        await member.JoinAsync(quiet, UniqueNames.ClientId(), topic);
        await other.JoinAsync(quiet, UniqueNames.ClientId(), topic);
        await member.JoinAsync(loud, UniqueNames.ClientId(), topic);

        var notice = await member.WaitForServerRequestAsync(RequestCode.NotifyConsumerIdsChanged, Patience);
        Assert.Equal(loud, notice.Fields["consumerGroup"]);
        Assert.Equal(2, (await member.MembersAsync(quiet)).Count);

        await member.ChangeGroupAsync(new SubscriptionGroup(quiet)).Succeeded();
        var watch = Stopwatch.StartNew();
        await other.DisposeAsync();
        await member.WaitForChangeAsync(quiet, Patience);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Patience);
    }

    private static async Task<int> QueuesAsync(RemotingConnection client, string group) =>
        Assert.Single((await client.RouteAsync("%RETRY%" + group).Succeeded()).Route.Queues).ReadQueueNums;
}

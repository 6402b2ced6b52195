using System.Text;
using System.Text.Json;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Groups;

/// <summary>Consumer groups as tools make, change, list and delete them (200, 225, 201, 352, 207).</summary>
[Collection(ConsumingCollection.Name)]
public sealed class GroupAdministrationTests(ConsumingRocket rocket)
{
    [Fact]
    public async Task A_group_is_given_back_as_it_was_made()
    {
        var wanted = new SubscriptionGroup(UniqueNames.Group())
        {
            BrokerId = 2,
            ConsumeBroadcastEnable = false,
            ConsumeEnable = false,
            ConsumeFromMinEnable = false,
            NotifyConsumerIdsChangedEnable = false,
            RetryMaxTimes = 5,
            RetryQueueNums = 3,
            WhichBrokerWhenConsumeSlowly = 7,
        };
        await using var client = await rocket.ConnectAsync();

        await client.ChangeGroupAsync(wanted).Succeeded();

        Assert.Equal(wanted, (await client.GroupConfigAsync(wanted.GroupName).Succeeded()).Group);
        Assert.Equal(wanted, (await client.GroupsAsync().Succeeded()).Groups[wanted.GroupName]);
    }

    [Fact]
    public async Task A_group_that_a_consumer_made_has_the_defaults_until_it_is_changed()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, UniqueNames.ClientId(), topic);
        Assert.Equal(new SubscriptionGroup(group), (await client.GroupConfigAsync(group).Succeeded()).Group);

        await client.ChangeGroupAsync(new SubscriptionGroup(group) { RetryMaxTimes = 1 }).Succeeded();

        Assert.Equal(1, (await client.GroupConfigAsync(group).Succeeded()).Group.RetryMaxTimes);
    }

    [Fact]
    public async Task What_newer_tools_say_of_a_group_is_given_back_too()
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();

        await client.ChangeGroupAsync(new SubscriptionGroup(group).ToJson(
            ("consumeMessageOrderly", true), ("groupSysFlag", 4), ("consumeTimeoutMinute", 15), ("attributes", new System.Text.Json.Nodes.JsonObject { ["a"] = "b" })))
            .Succeeded();

        using var config = JsonDocument.Parse((await client.GroupConfigAsync(group).Succeeded()).Body);
        Assert.True(config.RootElement.GetProperty("consumeMessageOrderly").GetBoolean());
        Assert.Equal(4, config.RootElement.GetProperty("groupSysFlag").GetInt32());
        Assert.Equal(15, config.RootElement.GetProperty("consumeTimeoutMinute").GetInt32());
        Assert.Equal("b", config.RootElement.GetProperty("attributes").GetProperty("a").GetString());
    }

    [Fact]
    public async Task Several_groups_are_made_at_once()
    {
        var (one, two) = (new SubscriptionGroup(UniqueNames.Group()) { RetryMaxTimes = 1 }, new SubscriptionGroup(UniqueNames.Group()) { RetryMaxTimes = 2 });
        await using var client = await rocket.ConnectAsync();

        await client.ChangeGroupsAsync(one, two).Succeeded();

        Assert.Equal(one, (await client.GroupConfigAsync(one.GroupName).Succeeded()).Group);
        Assert.Equal(two, (await client.GroupConfigAsync(two.GroupName).Succeeded()).Group);
    }

    [Fact]
    public async Task Each_change_counts_up_the_version_that_tools_compare()
    {
        var group = new SubscriptionGroup(UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        var before = (await client.GroupsAsync().Succeeded()).VersionCounter;

        await client.ChangeGroupAsync(group).Succeeded();
        var made = (await client.GroupsAsync().Succeeded()).VersionCounter;
        await client.DeleteGroupAsync(group.GroupName).Succeeded();

        Assert.True(before < made && made < (await client.GroupsAsync().Succeeded()).VersionCounter);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a group")]
    [InlineData("订单")]
    public async Task A_group_with_an_illegal_name_is_refused(string name)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.ChangeGroupAsync(new SubscriptionGroup(name));

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("group", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_take_too_much_room_is_refused_with_the_limits_name()
    {
        await using var client = await rocket.ConnectAsync();

        var queues = await client.ChangeGroupAsync(new SubscriptionGroup(UniqueNames.Group()) { RetryQueueNums = 100_000 });
        var members = await client.ChangeGroupAsync(new SubscriptionGroup(UniqueNames.Group()).ToJson(("more", new string('x', 3000))));

        Assert.Equal(ResponseCode.SystemError, queues.Code);
        Assert.Contains("rocket.limits.max-queues-per-topic", queues.Remark, StringComparison.Ordinal);
        Assert.Equal(ResponseCode.SystemError, members.Code);
        Assert.Contains("2048 are allowed", members.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"groupName\":")]
    [InlineData("null")]
    public async Task A_body_that_is_no_group_is_refused(string body)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.ChangeGroupAsync(Encoding.UTF8.GetBytes(body));

        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.False(string.IsNullOrEmpty(answer.Remark));
    }

    [Fact]
    public async Task An_unknown_group_is_answered_26_and_not_made_by_asking()
    {
        var group = UniqueNames.Group();
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, (await client.GroupConfigAsync(group)).Code);
        Assert.DoesNotContain(group, (await client.GroupsAsync().Succeeded()).Groups.Keys);
    }

    [Theory]
    [InlineData(null, null, 5)]
    [InlineData(false, null, 5)]
    [InlineData(true, null, 0)]
    [InlineData(null, true, 0)]
    public async Task A_deleted_group_comes_back_with_its_offsets_unless_they_were_to_go(bool? removeOffset, bool? cleanOffset, long expected)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await SendAsync(client, topic, count: 8);
        await client.JoinAsync(group, UniqueNames.ClientId(), topic);
        await client.UpdateOffsetAsync(group, topic, 0, 5).Succeeded();

        // The commit is a moment old: what a group had to say is durable before it goes.
        await client.DeleteGroupAsync(group, removeOffset, cleanOffset).Succeeded();

        Assert.Equal(ResponseCode.SubscriptionGroupNotExist, (await client.GroupConfigAsync(group)).Code);
        Assert.Equal(expected, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
        await client.JoinAsync(group, UniqueNames.ClientId(), topic);
        Assert.Equal(new SubscriptionGroup(group), (await client.GroupConfigAsync(group).Succeeded()).Group);
        Assert.Equal(expected, (await client.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
    }

    [Fact]
    public async Task A_deleted_groups_topics_stay_and_its_locks_go()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        MessageQueue[] queue = [new(topic, "broker-a", 0)];
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, "one", topic);
        Assert.Equal(queue, (await client.LockAsync(new LockBatch(group, "one", queue)).Succeeded()).Locked);
        await client.SendAsync(SendRequest.For("%RETRY%" + group, "again") with { ReconsumeTimes = 20 }).Succeeded();

        await client.DeleteGroupAsync(group).Succeeded();

        Assert.Equal(ResponseCode.Success, (await client.RouteAsync("%RETRY%" + group)).Code);
        Assert.Equal(ResponseCode.Success, (await client.RouteAsync("%DLQ%" + group)).Code);
        Assert.Equal(queue, (await client.LockAsync(new LockBatch(group, "two", queue)).Succeeded()).Locked);
    }

    [Fact]
    public async Task A_group_that_is_not_there_can_be_deleted()
    {
        await using var client = await rocket.ConnectAsync();

        await client.DeleteGroupAsync(UniqueNames.Group()).Succeeded();
        await client.DeleteGroupAsync(UniqueNames.Group(), removeOffset: true).Succeeded();
    }

    [Theory]
    [InlineData("CID_RMQ_SYS_TRANS")]
    [InlineData("TOOLS_CONSUMER")]
    public async Task A_group_of_the_system_is_not_deleted(string group)
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.DeleteGroupAsync(group, removeOffset: true);

        Assert.Equal((ResponseCode.SystemError, $"The group[{group}] is one of the system and stays."), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task A_group_that_is_made_and_deleted_by_many_at_once_ends_as_the_last_one_said()
    {
        var group = new SubscriptionGroup(UniqueNames.Group());
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        var orders = new List<Task<Answer>>();
        for (var round = 0; round < 20; round++)
        {
            orders.Add(client.ChangeGroupAsync(group with { RetryMaxTimes = round }));
            orders.Add(client.DeleteGroupAsync(group.GroupName, removeOffset: true));
            orders.Add(client.UpdateOffsetAsync(group.GroupName, topic, 0, round));
        }

        Assert.All(await Task.WhenAll(orders), answer => Assert.Equal(ResponseCode.Success, answer.Code));
        await client.ChangeGroupAsync(group with { RetryMaxTimes = 99 }).Succeeded();
        Assert.Equal(99, (await client.GroupConfigAsync(group.GroupName).Succeeded()).Group.RetryMaxTimes);
    }

    [Fact]
    public async Task All_offsets_are_told_within_a_second()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.UpdateOffsetAsync(group, topic, 0, 3).Succeeded();
        await client.UpdateOffsetAsync(group, topic, 1, 4).Succeeded();

        await Eventually.HoldsAsync(async () =>
            (await client.AllOffsetsAsync().Succeeded()).Offsets.TryGetValue($"{topic}@{group}", out var told)
            && told.OrderBy(offset => offset.Key).SequenceEqual([new(0, 3), new(1, 4)]));
    }

    private static Task<SendAnswer[]> SendAsync(RemotingConnection client, string topic, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => client.SendAsync(SendRequest.For(topic, $"{i}")).Succeeded()));
}

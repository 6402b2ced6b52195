using System.Collections.Concurrent;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Who is in a group (34, 35, 38), and who is told of changes (40).</summary>
[Collection(ConsumingCollection.Name)]
public sealed class MembershipTests(ConsumingRocket rocket)
{
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_heartbeat_is_answered_with_the_version_that_clients_take_for_the_brokers()
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.HeartbeatAsync(new Heartbeat(UniqueNames.ClientId()) { ProducerGroups = ["producers"] }).Succeeded();

        Assert.Equal(409, answer.Command.Version);
        Assert.False(answer.Fields.ContainsKey("IS_SUPPORT_HEART_BEAT_V2"));
    }

    [Fact]
    public async Task A_group_that_nobody_joined_has_no_list()
    {
        await using var client = await rocket.ConnectAsync();

        var answer = await client.ConsumerListAsync("nobody");

        Assert.Equal((ResponseCode.SystemError, "no consumer for this group, nobody"), (answer.Code, answer.Remark));
    }

    [Fact]
    public async Task The_retry_topic_has_its_route_when_the_heartbeat_is_answered()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await using var names = await rocket.Rocket.ConnectToNameServerAsync();

        await client.JoinAsync(group, UniqueNames.ClientId(), topic);

        var queues = Assert.Single((await names.RouteAsync("%RETRY%" + group).Succeeded()).Route.Queues);
        Assert.Equal(new QueueData("broker-a", 1, 1, Perm: 6, TopicSysFlag: 0), queues);
    }

    [Fact]
    public async Task A_new_member_is_told_before_its_heartbeat_is_answered()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        ConcurrentQueue<RemotingCommand> told = new();
        await using var client = await RemotingConnection.ConnectAsync(
            "127.0.0.1",
            rocket.Rocket.BrokerPort,
            new RemotingConnectionOptions
            {
                OnServerRequest = request =>
                {
                    told.Enqueue(request);
                    return null;
                },
            });

        await client.JoinAsync(group, UniqueNames.ClientId(), topic);

        var notice = Assert.Single(told);
        Assert.Equal(RequestCode.NotifyConsumerIdsChanged, notice.Code);
        Assert.True(notice.IsOneway);
        Assert.Equal(group, notice.Fields["consumerGroup"]);
    }

    [Fact]
    public async Task All_members_are_told_of_a_new_one_and_know_it()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var one = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        await one.JoinAsync(group, "client-1", topic);
        await one.WaitForChangeAsync(group, Noticed);

        await other.JoinAsync(group, "client-2", topic);

        await one.WaitForChangeAsync(group, Noticed);
        await other.WaitForChangeAsync(group, Noticed);
        Assert.Equal(["client-1", "client-2"], await one.MembersAsync(group));
        Assert.Equal(["client-1", "client-2"], await other.MembersAsync(group));
    }

    [Theory]
    [InlineData(Leaving.Unregister)]
    [InlineData(Leaving.Close)]
    [InlineData(Leaving.Reset)]
    [InlineData(Leaving.HalfClose)]
    public async Task The_rest_is_told_when_a_member_leaves(Leaving way)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var staying = await rocket.ConnectAsync();
        await using var leaving = await rocket.ConnectAsync();
        await staying.JoinAsync(group, "client-1", topic);
        await leaving.JoinAsync(group, "client-2", topic);
        while (staying.ServerRequests.TryRead(out _))
        {
            // The notices of joining: only those of leaving count.
        }

        await LeaveAsync(leaving, way, group);

        await staying.WaitForChangeAsync(group, Noticed);
        Assert.Equal(["client-1"], await staying.MembersAsync(group));
    }

    [Fact]
    public async Task The_last_member_leaves_an_empty_group()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.JoinAsync(group, "client-1", topic);

        await client.UnregisterAsync("client-1", consumerGroup: group).Succeeded();

        Assert.Equal(ResponseCode.SystemError, (await client.ConsumerListAsync(group)).Code);
    }

    [Fact]
    public async Task A_heartbeat_that_says_nothing_new_is_no_news()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        var heartbeat = GroupJoining.Heartbeat(group, UniqueNames.ClientId(), [SubscriptionData.ForTags(topic)]);
        await client.HeartbeatAsync(heartbeat).Succeeded();
        await client.WaitForChangeAsync(group, Noticed);

        for (var i = 0; i < 3; i++)
        {
            await client.HeartbeatAsync(heartbeat).Succeeded();
        }

        // A notice comes before the answer, so none is on its way.
        Assert.False(client.ServerRequests.TryRead(out var notice), $"{notice}");
    }

    [Fact]
    public async Task A_member_that_subscribes_to_another_topic_is_news()
    {
        var (topic, second, group) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var one = await rocket.ConnectAsync();
        await using var other = await rocket.ConnectAsync();
        await other.JoinAsync(group, "client-2", topic);
        await one.JoinAsync(group, "client-1", topic);
        await other.WaitForChangeAsync(group, Noticed);
        await other.WaitForChangeAsync(group, Noticed);

        await one.HeartbeatAsync(
            GroupJoining.Heartbeat(group, "client-1", [SubscriptionData.ForTags(topic), SubscriptionData.ForTags(second)])).Succeeded();

        await other.WaitForChangeAsync(group, Noticed);
    }

    [Fact]
    public async Task A_client_may_be_in_many_groups_and_leaves_them_all_with_its_connection()
    {
        var topic = await rocket.CreateTopicAsync();
        string[] groups = [UniqueNames.Group(), UniqueNames.Group(), UniqueNames.Group()];
        await using var staying = await rocket.ConnectAsync();
        await using var leaving = await rocket.ConnectAsync();
        foreach (var client in new[] { (staying, "client-1"), (leaving, "client-2") })
        {
            await client.Item1.HeartbeatAsync(new Heartbeat(client.Item2)
            {
                Consumers = [.. groups.Select(group => new ConsumerData(group, [SubscriptionData.ForTags(topic)]))],
            }).Succeeded();
        }

        Assert.Equal(["client-1", "client-2"], await staying.MembersAsync(groups[2]));
        while (staying.ServerRequests.TryRead(out _))
        {
            // The notices of joining.
        }

        leaving.Abort();

        var told = new HashSet<string>();
        while (told.Count < groups.Length)
        {
            told.Add((await staying.WaitForServerRequestAsync(RequestCode.NotifyConsumerIdsChanged, Noticed)).Fields["consumerGroup"]);
        }

        foreach (var group in groups)
        {
            Assert.Equal(["client-1"], await staying.MembersAsync(group));
        }
    }

    [Fact]
    public async Task Leaving_without_having_joined_is_no_mistake()
    {
        await using var client = await rocket.ConnectAsync();

        await client.UnregisterAsync(UniqueNames.ClientId(), producerGroup: "p", consumerGroup: "g").Succeeded();
        await client.UnregisterAsync(UniqueNames.ClientId()).Succeeded();
    }

    [Fact]
    public async Task A_client_that_came_back_on_a_new_connection_stays_when_the_old_one_ends()
    {
        var (topic, group, marker) = (await rocket.CreateTopicAsync(), UniqueNames.Group(), UniqueNames.Group());
        await using var old = await rocket.ConnectAsync();
        await using var fresh = await rocket.ConnectAsync();
        await using var watcher = await rocket.ConnectAsync();
        await old.JoinAsync(group, "client-1", topic);
        await old.JoinAsync(marker, "marker", topic);
        await fresh.JoinAsync(group, "client-1", topic);
        await watcher.JoinAsync(marker, "watcher", topic);
        Assert.Equal(["client-1"], await fresh.MembersAsync(group));
        while (watcher.ServerRequests.TryRead(out _))
        {
            // The notices of joining.
        }

        old.Abort();

        await watcher.WaitForChangeAsync(marker, Noticed);
        Assert.Equal(["client-1"], await fresh.MembersAsync(group));
    }

    [Fact]
    public async Task Two_clients_with_one_id_are_one_member_and_each_is_served()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var one = await rocket.ConnectAsync();
        await using var two = await rocket.ConnectAsync();
        await one.JoinAsync(group, "twin", topic);
        await two.JoinAsync(group, "twin", topic);
        await two.SendAsync(SendRequest.For(topic, "x")).Succeeded();
        MessageQueue[] queue = [new(topic, "broker-a", 0)];

        foreach (var client in new[] { one, two })
        {
            await client.JoinAsync(group, "twin", topic);
            Assert.Equal(["twin"], await client.MembersAsync(group));
            Assert.Single((await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, SysFlag = 0 }).Succeeded()).Messages);
            Assert.Equal(queue, (await client.LockAsync(new LockBatch(group, "twin", queue)).Succeeded()).Locked);
            await client.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();
        }

        // The one that was not heard last leaves: the other one stays a member.
        await one.DisposeAsync();
        Assert.Equal(["twin"], await two.MembersAsync(group));
        await two.UnregisterAsync("twin", consumerGroup: group).Succeeded();
        Assert.Empty(await two.MembersAsync(group));
    }

    public enum Leaving
    {
        Unregister,
        Close,
        Reset,
        HalfClose,
    }

    private static async Task LeaveAsync(RemotingConnection client, Leaving way, string group)
    {
        switch (way)
        {
            case Leaving.Unregister:
                await client.UnregisterAsync("client-2", consumerGroup: group).Succeeded();
                break;
            case Leaving.Close:
                await client.DisposeAsync();
                break;
            case Leaving.Reset:
                client.Abort();
                break;
            case Leaving.HalfClose:
                client.ShutdownSend();
                break;
        }
    }
}

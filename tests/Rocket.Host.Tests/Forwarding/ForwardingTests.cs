using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>Clients that come to a node which does not lead their broker are served as if they had come to the one that does.</summary>
[Collection(ForwardingCollection.Name)]
public sealed class ForwardingTests(SharedBroker cluster)
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task A_send_is_stored_by_the_leader_with_the_clients_own_address(SerializeType type)
    {
        var topic = await cluster.Leader.CreateTopicAsync();
        await using var client = await cluster.Follower.ConnectAsync(type);
        var sent = await client.SendAsync(SendRequest.For(topic, "forwarded"u8.ToArray(), tags: "TagA", keys: "k1")).Succeeded();
        Assert.Equal(0, sent.QueueOffset);
        Assert.Equal(cluster.Leader.BrokerPort, Assert.Single(sent.OffsetMessageIds).StoreHost.Port);

        await using var direct = await cluster.Leader.ConnectAsync();
        var message = await direct.ReadOneAsync(topic, 0, 0);
        Assert.Equal("forwarded", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal(client.LocalEndPoint.Port, message.BornHost.Port);
        Assert.Equal(cluster.Leader.BrokerPort, message.StoreHost.Port);
        Assert.Equal(message.MessageId, (await client.ReadOneAsync(topic, 0, 0)).MessageId);
    }

    [Fact]
    public async Task A_topic_is_created_and_found_through_the_other_node()
    {
        var topic = await cluster.Follower.CreateTopicAsync(queues: 3);
        await SharedBroker.WaitForTopicAsync(cluster.Follower, topic);
        await using var client = await cluster.Follower.ConnectAsync();
        var sent = await client.SendAsync(SendRequest.For(UniqueNames.Topic(), "made by the send"u8.ToArray())).Succeeded();
        Assert.Equal(0, sent.QueueOffset);
    }

    [Fact]
    public async Task Each_of_many_answers_goes_to_its_own_request()
    {
        var topic = await cluster.Leader.CreateTopicAsync();
        await using var client = await cluster.Follower.ConnectAsync();
        var sends = Enumerable.Range(0, 500).Select(async number =>
        {
            var answer = await client.SendAsync(SendRequest.For(topic, BitConverter.GetBytes(number))).Succeeded();
            return (Number: number, answer.QueueOffset);
        });
        var offsets = (await Task.WhenAll(sends)).ToDictionary(sent => sent.QueueOffset, sent => sent.Number);
        Assert.Equal(500, offsets.Count);
        foreach (var message in await client.ReadQueueAsync(topic))
        {
            Assert.Equal(offsets[message.QueueOffset], BitConverter.ToInt32(message.Body.Span));
        }

        Assert.False(client.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task A_filter_by_properties_that_the_other_node_was_told_of_holds_at_the_leader()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await cluster.Follower.ConnectAsync();
        var filter = SubscriptionData.ForSql(topic, "a BETWEEN 5 AND 7");
        Assert.Equal(ResponseCode.Success, (await client.CheckClientConfigAsync("c", group, filter)).Code);
        await client.HeartbeatAsync(new Heartbeat(UniqueNames.ClientId()) { Consumers = [new ConsumerData(group, [filter])] }).Succeeded();
        var pull = new PullRequest { ConsumerGroup = group, Topic = topic, SysFlag = 0, Subscription = null };
        await Eventually.HoldsAsync(async () => (await client.PullAsync(pull)).Code == ResponseCode.PullNotFound);

        var waiting = client.PullAsync(pull.Waiting(Hold));
        foreach (var number in Enumerable.Range(3, 3))
        {
            await client.SendAsync(SendRequest.For(topic, $"{number}").With(("a", $"{number}"))).Succeeded();
        }

        var answer = await waiting;
        Assert.Equal((ResponseCode.Success, 3L), (answer.Code, answer.NextBeginOffset));
        Assert.Equal("5", Encoding.UTF8.GetString(Assert.Single(answer.Messages).Body.Span));
    }

    [Fact]
    public async Task Oneway_requests_arrive_in_their_order_and_are_not_answered()
    {
        var topic = await cluster.Leader.CreateTopicAsync();
        await using var client = await cluster.Follower.ConnectAsync();
        for (var number = 0; number < 100; number++)
        {
            await client.SendOnewayAsync(SendRequest.For(topic, BitConverter.GetBytes(number)));
        }

        await Eventually.HoldsAsync(async () => (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset == 100);
        Assert.Equal(Enumerable.Range(0, 100), (await client.ReadQueueAsync(topic)).Select(message => BitConverter.ToInt32(message.Body.Span)));
        Assert.False(client.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task Large_messages_pass_more_than_both_windows_at_once()
    {
        var topic = await cluster.Leader.CreateTopicAsync();
        await using var client = await cluster.Follower.ConnectAsync();
        var bodies = Enumerable.Range(1, 8).Select(number => Enumerable.Repeat((byte)number, 3 << 20).ToArray()).ToList();
        await Task.WhenAll(bodies.Select(body => client.SendAsync(SendRequest.For(topic, body), timeout: Hold).Succeeded()));
        var messages = await client.ReadQueueAsync(topic);
        Assert.Equal(Enumerable.Range(1, 8), messages.Select(message => (int)message.Body.Span[0]).Order());
        Assert.All(messages, message => Assert.True(message.Body.Span.IndexOfAnyExcept(message.Body.Span[0]) < 0));
    }

    [Fact]
    public async Task A_pull_waits_at_the_leader_and_is_answered_when_a_message_comes()
    {
        var topic = await cluster.Leader.CreateTopicAsync();
        await using var consumer = await cluster.Follower.ConnectAsync();
        await using var producer = await cluster.Leader.ConnectAsync();
        var pull = consumer.PullAsync(new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic }.Waiting(Hold));

        // Whatever is asked later is answered earlier.
        Assert.Equal(0, (await consumer.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.False(pull.IsCompleted);
        await producer.SendAsync(SendRequest.For(topic, "awaited"u8.ToArray())).Succeeded();
        Assert.Equal("awaited", Encoding.UTF8.GetString(Assert.Single((await pull).Succeeded().Messages).Body.Span));
    }

    [Fact]
    public async Task A_pull_that_waits_in_vain_is_told_so_by_the_leader()
    {
        var topic = await cluster.Leader.CreateTopicAsync();
        await using var consumer = await cluster.Follower.ConnectAsync();
        var answer = await consumer.PullAsync(new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic }.Waiting(TimeSpan.FromMilliseconds(200)));
        Assert.Equal((ResponseCode.PullNotFound, 0L, 0L), (answer.Code, answer.NextBeginOffset, answer.MaxOffset));
    }

    [Fact]
    public async Task Offsets_are_committed_and_found_on_both_nodes_alike()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var here = await cluster.Follower.ConnectAsync();
        await using var there = await cluster.Leader.ConnectAsync();
        await here.SendAsync(SendRequest.For(topic, "x"u8.ToArray())).Succeeded();
        await here.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();
        Assert.Equal(1, (await there.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
        await here.UpdateOffsetOnewayAsync(group, topic, 0, 0);
        Assert.Equal(0, (await here.QueryOffsetAsync(group, topic, 0).Succeeded()).Offset);
        Assert.Equal(1, (await here.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.Equal(0, (await here.MinOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.Equal(0, (await here.SearchOffsetAsync(topic, 0, 0).Succeeded()).Offset);
        Assert.True((await here.EarliestStoreTimeAsync(topic, 0).Succeeded()).Timestamp > 0);
    }

    [Fact]
    public async Task A_queue_is_locked_for_one_client_whichever_node_it_asks()
    {
        var (topic, group) = (await cluster.Leader.CreateTopicAsync(), UniqueNames.Group());
        await using var here = await cluster.Follower.ConnectAsync();
        await using var there = await cluster.Leader.ConnectAsync();
        var queue = new MessageQueue(topic, SharedBroker.Name, 0);
        Assert.Equal([queue], (await here.LockAsync(new LockBatch(group, "client-1", [queue])).Succeeded()).Locked);
        Assert.Empty((await there.LockAsync(new LockBatch(group, "client-2", [queue])).Succeeded()).Locked);
        await here.UnlockAsync(new LockBatch(group, "client-1", [queue])).Succeeded();
        Assert.Equal([queue], (await here.LockAsync(new LockBatch(group, "client-2", [queue])).Succeeded()).Locked);
    }

    [Fact]
    public async Task A_heartbeat_makes_the_group_at_the_leader_and_the_member_known_everywhere()
    {
        var group = UniqueNames.Group();
        await using var here = await cluster.Follower.ConnectAsync();
        await using var there = await cluster.Leader.ConnectAsync();
        var heartbeat = new Heartbeat("client-1") { Consumers = [new ConsumerData(group, [])] };
        await here.HeartbeatAsync(heartbeat).Succeeded();

        // The retry topic comes with the group; the answer says that it is there.
        await SharedBroker.WaitForTopicAsync(cluster.Leader, "%RETRY%" + group);
        Assert.Equal(["client-1"], (await here.ConsumerListAsync(group).Succeeded()).ClientIds);
        await Eventually.HoldsAsync(async () => (await there.ConsumerListAsync(group)) is { IsSuccess: true } list && list.ClientIds.SequenceEqual(["client-1"]));
        await here.HeartbeatAsync(new Heartbeat("client-2") { Consumers = [new ConsumerData(group, [])] }).Succeeded();
        Assert.NotNull(await here.WaitForServerRequestAsync(RequestCode.NotifyConsumerIdsChanged, Hold));
    }

    [Fact]
    public async Task Messages_are_found_by_key_and_by_id_through_the_other_node()
    {
        var topic = await cluster.Leader.CreateTopicAsync();
        await using var client = await cluster.Follower.ConnectAsync();
        var sent = await client.SendAsync(SendRequest.For(topic, "wanted"u8.ToArray(), keys: "key-7")).Succeeded();
        var found = await client.QueryMessageAsync(new QueryMessageRequest(topic, "key-7")).Succeeded();
        Assert.Equal("wanted", Encoding.UTF8.GetString(Assert.Single(found.Messages).Body.Span));
        var viewed = await client.ViewAsync(sent.OffsetMessageIds[0].PhysicalOffset).Succeeded();
        Assert.Equal("wanted", Encoding.UTF8.GetString(Assert.Single(viewed.Messages).Body.Span));
    }

    [Fact]
    public async Task A_crowd_of_clients_is_served_each_by_itself()
    {
        var topic = await cluster.Leader.CreateTopicAsync(queues: 4);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            await using var client = await cluster.Follower.ConnectAsync();
            for (var message = 0; message < 10; message++)
            {
                await client.SendAsync(SendRequest.For(topic, BitConverter.GetBytes(number), queueId: number % 4)).Succeeded();
            }
        }));
        await using var reader = await cluster.Follower.ConnectAsync();
        for (var queue = 0; queue < 4; queue++)
        {
            Assert.Equal(100, (await reader.MaxOffsetAsync(topic, queue).Succeeded()).Offset);
        }
    }

    [Fact]
    public async Task Both_name_servers_tell_both_copies()
    {
        (long, string)[] both = [(0, cluster.Leader.BrokerAddress), (1, cluster.Follower.BrokerAddress)];
        await SharedBroker.WaitForAddressesAsync(cluster.Leader, both);
        await SharedBroker.WaitForAddressesAsync(cluster.Follower, both);
    }
}

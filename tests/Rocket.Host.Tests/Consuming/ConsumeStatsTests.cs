using System.Globalization;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Rocket.TestClient.Wire;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>How far a group has come (208): tools show it, and NewLife.RocketMQ learns from it where to start.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class ConsumeStatsTests(ConsumingRocket rocket)
{
    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.RocketMq)]
    public async Task Each_queue_is_told_with_what_it_holds_and_what_was_committed(SerializeType type)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 3), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync(type);
        for (var i = 0; i < 4; i++)
        {
            await client.SendAsync(SendRequest.For(topic, "x", queueId: 1)).Succeeded();
        }

        await client.UpdateOffsetAsync(group, topic, 1, 3).Succeeded();
        await client.UpdateOffsetAsync(group, topic, 2, 7).Succeeded();

        var stats = (await client.ConsumeStatsAsync(group, topic).Succeeded()).Offsets;

        Assert.Equal(
            new Dictionary<MessageQueue, QueueProgress>
            {
                [new MessageQueue(topic, "broker-a", 0)] = new(0, 0, 0),
                [new MessageQueue(topic, "broker-a", 1)] = new(4, 3, (await client.ReadOneAsync(topic, 1, 2)).StoreTimestamp),
                [new MessageQueue(topic, "broker-a", 2)] = new(0, 7, 0),
            },
            stats);
    }

    [Fact]
    public async Task The_body_is_byte_for_byte_as_RocketMQ_writes_it()
    {
        var (topic, group) = (await rocket.TopicWithTagsAsync("a"), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.UpdateOffsetAsync(group, topic, 0, 1).Succeeded();
        var stored = (await client.ReadOneAsync(topic, 0, 0)).StoreTimestamp;

        Assert.Equal(
            "{\"consumeTps\":0.0,\"offsetTable\":{{\"brokerName\":\"broker-a\",\"queueId\":0,\"topic\":\"" + topic + "\"}:" +
            "{\"brokerOffset\":1,\"consumerOffset\":1,\"lastTimestamp\":" + stored.ToString(CultureInfo.InvariantCulture) + "}}}",
            (await client.ConsumeStatsAsync(group, topic).Succeeded()).BodyText);
    }

    [Fact]
    public async Task Without_a_topic_every_topic_is_told_that_the_group_has_offsets_in()
    {
        var (one, other, group) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.UpdateOffsetAsync(group, one, 0, 1).Succeeded();
        await client.UpdateOffsetAsync(group, other, 0, 2).Succeeded();
        await client.UpdateOffsetAsync(group, "%RETRY%" + group, 0, 3).Succeeded();

        var stats = (await client.ConsumeStatsAsync(group).Succeeded()).Offsets;

        Assert.Equal(
            [("%RETRY%" + group, 3L), (one, 1), (other, 2)],
            stats.Select(queue => (queue.Key.Topic, queue.Value.ConsumerOffset)).OrderBy(queue => queue.Topic, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_topic_that_a_connected_group_does_not_want_is_left_out()
    {
        var (topic, unwanted, group) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.UpdateOffsetAsync(group, unwanted, 0, 1).Succeeded();
        Assert.Single((await client.ConsumeStatsAsync(group, unwanted).Succeeded()).Offsets);

        await client.JoinAsync(group, UniqueNames.ClientId(), topic);

        Assert.Empty((await client.ConsumeStatsAsync(group, unwanted).Succeeded()).Offsets);
        Assert.Single((await client.ConsumeStatsAsync(group, topic).Succeeded()).Offsets);
    }

    [Fact]
    public async Task An_unknown_group_has_consumed_nothing_and_an_unknown_topic_has_no_queues()
    {
        var topic = await rocket.TopicWithTagsAsync("a", "b");
        await using var client = await rocket.ConnectAsync();

        Assert.Equal(new QueueProgress(2, 0, 0), Assert.Single((await client.ConsumeStatsAsync(UniqueNames.Group(), topic).Succeeded()).Offsets).Value);
        Assert.Empty((await client.ConsumeStatsAsync(UniqueNames.Group(), "NoSuchTopic").Succeeded()).Offsets);
        Assert.Empty((await client.ConsumeStatsAsync(UniqueNames.Group()).Succeeded()).Offsets);
        Assert.Equal(ResponseCode.SystemError, (await client.InvokeAsync(new RemotingCommand { Code = RequestCode.GetConsumeStats })).Code);
    }
}

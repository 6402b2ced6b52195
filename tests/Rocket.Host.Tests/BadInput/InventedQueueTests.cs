using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Requests that would have something kept for queues which do not exist.</summary>
[Collection(HostileCollection.Name)]
public sealed class InventedQueueTests(HostileRocket rocket)
{
    [Fact]
    public async Task An_offset_of_a_queue_that_does_not_exist_is_not_kept()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await client.UpdateOffsetAsync(group, topic, 1, 5).Succeeded();

        var noTopic = await client.UpdateOffsetAsync(group, "NoSuchTopic", 0, 5);
        var noName = await client.UpdateOffsetAsync(group, "no name", 0, 5);
        var noQueue = await client.UpdateOffsetAsync(group, topic, 2, 5);
        await client.UpdateOffsetOnewayAsync(group, topic, int.MaxValue, 5);

        Assert.Equal((ResponseCode.TopicNotExist, "topic[NoSuchTopic] not exist, apply first please!"), (noTopic.Code, noTopic.Remark));
        Assert.Equal(ResponseCode.TopicNotExist, noName.Code);
        Assert.Equal(ResponseCode.SystemError, noQueue.Code);
        Assert.StartsWith("queueId[2] is illegal, ", noQueue.Remark, StringComparison.Ordinal);
        Assert.Equal(
            [(topic, 0, 0L), (topic, 1, 5)],
            (await client.ConsumeStatsAsync(group).Succeeded()).Offsets.Select(queue => (queue.Key.Topic, queue.Key.QueueId, queue.Value.ConsumerOffset)));
    }

    [Fact]
    public async Task A_queue_that_does_not_exist_is_not_locked()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        var answer = await client.LockAsync(
            new LockBatch(
                group,
                "client",
                [
                    new MessageQueue("NoSuchTopic", "broker-a", 0), new MessageQueue(topic, "broker-a", 1), new MessageQueue(topic, "broker-a", -1),
                    new MessageQueue("", "broker-a", 0), new MessageQueue(topic, "broker-a", 0),
                ])).Succeeded();

        Assert.Equal([new MessageQueue(topic, "broker-a", 0)], answer.Locked);
    }
}

using System.Text;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Sending;

/// <summary>Clients with a namespace: they wrap it into every name, <c>ns%topic</c>, <c>ns%group</c>, <c>%RETRY%ns%group</c>, and the broker need not know.</summary>
[Collection(SendingCollection.Name)]
public sealed class NamespaceTests(SendingRocket rocket)
{
    [Fact]
    public async Task Topics_and_groups_of_a_namespace_are_topics_and_groups_like_others()
    {
        var (topic, group) = ($"MQ_INST_1%{UniqueNames.Topic()}", $"MQ_INST_1%{UniqueNames.Group()}");
        await using var client = await rocket.ConnectAsync();
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 2, WriteQueueNums = 2 }).Succeeded();
        await client.JoinAsync(group, "client-1", topic);

        var sent = await client.SendAsync(SendRequest.For(topic, "wrapped", keys: "order-1", queueId: 1)).Succeeded();
        var pulled = await client.PullAsync(new PullRequest { ConsumerGroup = group, Topic = topic, QueueId = 1, SysFlag = 0 }).Succeeded();
        await client.UpdateOffsetAsync(group, topic, 1, 1).Succeeded();
        var locked = await client.LockAsync(new LockBatch(group, "client-1", [new MessageQueue(topic, "broker-a", 1)])).Succeeded();

        Assert.Equal(topic, Assert.Single(pulled.Messages).Topic);
        Assert.Equal(sent.OffsetMessageIds.Single(), pulled.Messages[0].OffsetMessageId);
        Assert.Single((await client.QueryMessageAsync(new QueryMessageRequest(topic, "order-1")).Succeeded()).Messages);
        Assert.Equal(1, (await client.QueryOffsetAsync(group, topic, 1).Succeeded()).Offset);
        Assert.Single(locked.Locked);
        Assert.Equal(["client-1"], await client.MembersAsync(group));
        Assert.Equal(2, Assert.Single((await client.RouteAsync(topic).Succeeded()).Route.Queues).WriteQueueNums);
    }

    [Fact]
    public async Task Messages_that_failed_come_back_through_the_wrapped_retry_topic_and_end_in_the_wrapped_dead_letters()
    {
        var group = $"MQ_INST_1%{UniqueNames.Group()}";
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For("%RETRY%" + group, "again") with { ReconsumeTimes = 1 }).Succeeded();
        await client.SendAsync(SendRequest.For("%RETRY%" + group, "dead") with { ReconsumeTimes = 16 }).Succeeded();

        Assert.Equal(["again"], (await client.ReadQueueAsync("%RETRY%" + group)).Select(message => Encoding.UTF8.GetString(message.Body.Span)));
        Assert.Equal(["dead"], (await client.ReadQueueAsync("%DLQ%" + group)).Select(message => Encoding.UTF8.GetString(message.Body.Span)));
    }

    [Fact]
    public async Task A_topic_of_a_namespace_is_made_by_a_send()
    {
        var topic = $"MQ_INST_1%{UniqueNames.Topic()}";
        await using var client = await rocket.ConnectAsync();

        await client.SendAsync(SendRequest.For(topic, "x")).Succeeded();

        Assert.Equal(ResponseCode.Success, (await client.RouteAsync(topic)).Code);
    }
}

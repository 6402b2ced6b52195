using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Queue locks of ordered consumers (41, 42).</summary>
[Collection(ConsumingCollection.Name)]
public sealed class LockTests(ConsumingRocket rocket)
{
    [Fact]
    public async Task A_queue_has_one_owner_who_may_renew()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        Assert.Equal([0, 1], await LockAsync(client, group, "one", topic, 0, 1));
        Assert.Equal([], await LockAsync(client, group, "two", topic, 0, 1));
        Assert.Equal([0, 1], await LockAsync(client, group, "one", topic, 0, 1));
    }

    [Fact]
    public async Task A_client_gets_those_of_the_wanted_queues_that_are_free()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 4), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await LockAsync(client, group, "one", topic, 1, 2);

        Assert.Equal([0, 3], await LockAsync(client, group, "two", topic, 0, 1, 2, 3));
    }

    [Fact]
    public async Task Locks_of_different_groups_and_topics_do_not_meet()
    {
        var (topic, other) = (await rocket.CreateTopicAsync(), await rocket.CreateTopicAsync());
        await using var client = await rocket.ConnectAsync();

        Assert.Equal([0], await LockAsync(client, UniqueNames.Group(), "one", topic, 0));
        Assert.Equal([0], await LockAsync(client, UniqueNames.Group(), "two", topic, 0));
        Assert.Equal([0], await LockAsync(client, UniqueNames.Group(), "two", other, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_queue_that_was_unlocked_is_free_at_once(bool oneway)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await LockAsync(client, group, "one", topic, 0, 1);

        if (oneway)
        {
            await client.UnlockOnewayAsync(Batch(group, "one", topic, 0));
        }
        else
        {
            await client.UnlockAsync(Batch(group, "one", topic, 0)).Succeeded();
        }

        Assert.Equal([0], await LockAsync(client, group, "two", topic, 0, 1));
        Assert.False(client.StrayAnswers.TryRead(out _));
    }

    [Fact]
    public async Task Only_the_owner_can_unlock()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();
        await LockAsync(client, group, "one", topic, 0);

        await client.UnlockAsync(Batch(group, "two", topic, 0)).Succeeded();

        Assert.Equal([], await LockAsync(client, group, "two", topic, 0));
        Assert.Equal([0], await LockAsync(client, group, "one", topic, 0));
    }

    [Fact]
    public async Task Of_many_that_want_a_queue_at_once_one_gets_it()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        var clients = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => rocket.ConnectAsync()));

        var locked = await Task.WhenAll(clients.Select((client, i) => LockAsync(client, group, $"client-{i}", topic, 0)));

        Assert.Single(locked, queues => queues.Count == 1);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Queues_of_another_broker_are_not_given()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        var answer = await client.LockAsync(
            new LockBatch(group, "one", [new MessageQueue(topic, "broker-b", 0), new MessageQueue(topic, "broker-a", 0)])).Succeeded();

        Assert.Equal([new MessageQueue(topic, "broker-a", 0)], answer.Locked);
    }

    [Fact]
    public async Task Queues_that_are_not_there_are_not_given_and_one_that_is_asked_for_twice_is_given_once()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var client = await rocket.ConnectAsync();

        Assert.Equal([1], await LockAsync(client, group, "one", topic, -1, 1, 1, 2, int.MaxValue));
        Assert.Equal([], await LockAsync(client, group, "one", "NoSuchTopic", 0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"clientId\":\"c\"")]
    [InlineData("{\"mqSet\":7}")]
    public async Task A_body_that_is_no_batch_of_queues_is_refused(string body)
    {
        await using var client = await rocket.ConnectAsync();
        foreach (var code in new[] { RequestCode.LockBatchMessageQueue, RequestCode.UnlockBatchMessageQueue })
        {
            var answer = await client.InvokeAsync(new TestClient.Wire.RemotingCommand { Code = code, Body = Encoding.UTF8.GetBytes(body) });

            Assert.Equal(ResponseCode.SystemError, answer.Code);
            Assert.False(string.IsNullOrEmpty(answer.Remark));
        }
    }

    private static LockBatch Batch(string group, string clientId, string topic, params int[] queueIds) =>
        new(group, clientId, [.. queueIds.Select(id => new MessageQueue(topic, "broker-a", id))]);

    private static async Task<IReadOnlyList<int>> LockAsync(
        RemotingConnection client, string group, string clientId, string topic, params int[] queueIds)
    {
        var answer = await client.LockAsync(Batch(group, clientId, topic, queueIds)).Succeeded();
        Assert.All(answer.Locked, queue => Assert.Equal((topic, "broker-a"), (queue.Topic, queue.BrokerName)));
        return [.. answer.Locked.Select(queue => queue.QueueId).Order()];
    }
}

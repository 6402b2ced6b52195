using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Consumers of one group share the queues of a topic; those that broadcast do not.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class SharingTests(ConsumingRocket rocket)
{
    [Fact]
    public async Task More_consumers_than_queues_consume_every_message_once()
    {
        const int count = 500;
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        var consumed = new Consumed();
        await using var one = await StartAsync(group, topic, consumed);
        await using var two = await StartAsync(group, topic, consumed);
        await using var three = await StartAsync(group, topic, consumed);
        PushConsumer[] all = [one, two, three];
        await Eventually.HoldsAsync(() => all.Count(consumer => consumer.Queues.Count == 1) == 2 && all.Count(consumer => consumer.Queues.Count == 0) == 1);

        await SendAsync(topic, queues: 2, from: 0, count);

        await Eventually.HoldsAsync(() => consumed.Count >= count);
        consumed.AssertEachOnceAndInOrder(count, queues: 2);
    }

    [Fact]
    public async Task A_consumer_that_is_shut_down_hands_its_queues_over_and_nothing_comes_twice()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 4), UniqueNames.Group());
        var consumed = new Consumed();
        await using var staying = await StartAsync(group, topic, consumed);
        await using (var leaving = await StartAsync(group, topic, consumed))
        {
            await Eventually.HoldsAsync(() => staying.Queues.Count == 2 && leaving.Queues.Count == 2);
            await SendAsync(topic, queues: 4, from: 0, 200);
            await Eventually.HoldsAsync(() => consumed.Count >= 200);
            await leaving.StopAsync();
        }

        await Eventually.HoldsAsync(() => staying.Queues.Count == 4);
        await SendAsync(topic, queues: 4, from: 200, 200);

        await Eventually.HoldsAsync(() => consumed.Count >= 400);
        consumed.AssertEachOnceAndInOrder(400, queues: 4);
    }

    [Fact]
    public async Task A_consumer_that_crashes_is_replaced_and_nothing_is_lost()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 4), UniqueNames.Group());
        var consumed = new Consumed();
        await using var staying = await StartAsync(group, topic, consumed);
        await using var crashing = await StartAsync(group, topic, consumed);
        await Eventually.HoldsAsync(() => staying.Queues.Count == 2 && crashing.Queues.Count == 2);
        var sending = SendAsync(topic, queues: 4, from: 0, 400);
        await Eventually.HoldsAsync(() => consumed.Count >= 50);

        await crashing.CrashAsync();

        await sending;
        await Eventually.HoldsAsync(() => consumed.Distinct >= 400);
        consumed.AssertNothingMissing(400);
    }

    [Fact]
    public async Task A_consumer_that_joins_takes_over_from_what_was_committed()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 4), UniqueNames.Group());
        var consumed = new Consumed();
        await using var first = await StartAsync(group, topic, consumed);
        await Eventually.HoldsAsync(() => first.Queues.Count == 4);
        await SendAsync(topic, queues: 4, from: 0, 200);
        await Eventually.HoldsAsync(() => consumed.Count >= 200);

        await using var second = await StartAsync(group, topic, consumed);
        await Eventually.HoldsAsync(() => first.Queues.Count == 2 && second.Queues.Count == 2);
        await SendAsync(topic, queues: 4, from: 200, 200);

        await Eventually.HoldsAsync(() => consumed.Distinct >= 400);
        consumed.AssertNothingMissing(400);
    }

    [Fact]
    public async Task Two_groups_each_consume_everything()
    {
        var topic = await rocket.CreateTopicAsync(queues: 2);
        var (consumedByOne, consumedByOther) = (new Consumed(), new Consumed());
        await using var one = await StartAsync(UniqueNames.Group(), topic, consumedByOne);
        await using var other = await StartAsync(UniqueNames.Group(), topic, consumedByOther);

        await SendAsync(topic, queues: 2, from: 0, 100);

        await Eventually.HoldsAsync(() => consumedByOne.Count >= 100 && consumedByOther.Count >= 100);
        consumedByOne.AssertEachOnceAndInOrder(100, queues: 2);
        consumedByOther.AssertEachOnceAndInOrder(100, queues: 2);
    }

    [Fact]
    public async Task Consumers_that_broadcast_each_consume_everything_and_leave_no_offsets()
    {
        var (topic, group) = (await rocket.CreateTopicAsync(queues: 2), UniqueNames.Group());
        await using var one = await BroadcastAsync();
        await using var other = await BroadcastAsync();
        await SendAsync(topic, queues: 2, from: 0, 20);

        foreach (var consumer in new[] { one, other })
        {
            Assert.Equal(2, (await consumer.MembersAsync(group)).Count);
            for (var queueId = 0; queueId < 2; queueId++)
            {
                // Their own offsets are in a file of theirs; the subscription is in the heartbeat.
                var answer = await consumer.PullAsync(
                    new PullRequest { ConsumerGroup = group, Topic = topic, QueueId = queueId, SysFlag = 0, Subscription = null }
                        .Waiting(TimeSpan.FromSeconds(15))).Succeeded();
                Assert.Equal(10, answer.Messages.Count);
                Assert.Equal(0, (await consumer.QueryOffsetAsync(group, topic, queueId).Succeeded()).Offset);
            }
        }

        async Task<TestClient.Connections.RemotingConnection> BroadcastAsync()
        {
            var client = await rocket.ConnectAsync();
            await client.JoinAsync(group, UniqueNames.ClientId(), topic, model: "BROADCASTING");
            return client;
        }
    }

    private Task<PushConsumer> StartAsync(string group, string topic, Consumed consumed) =>
        PushConsumer.StartAsync(rocket.Rocket, group, topic, consumed.Add);

    private async Task SendAsync(string topic, int queues, int from, int count)
    {
        await using var client = await rocket.ConnectAsync();
        for (var i = from; i < from + count; i++)
        {
            await client.SendAsync(SendRequest.For(topic, $"{i}", queueId: i % queues)).Succeeded();
        }
    }

    private sealed class Consumed
    {
        private readonly ConcurrentQueue<StoredMessage> _messages = new();

        public int Count => _messages.Count;

        public int Distinct => _messages.Select(Number).Distinct().Count();

        public void Add(StoredMessage message) => _messages.Enqueue(message);

        public void AssertNothingMissing(int count) => Assert.Equal(Enumerable.Range(0, count), _messages.Select(Number).Distinct().Order());

        public void AssertEachOnceAndInOrder(int count, int queues)
        {
            Assert.Equal(Enumerable.Range(0, count), _messages.Select(Number).Order());
            for (var queueId = 0; queueId < queues; queueId++)
            {
                var offsets = _messages.Where(message => message.QueueId == queueId).Select(message => message.QueueOffset).ToArray();
                Assert.Equal(offsets.Order(), offsets);
            }
        }

        private static int Number(StoredMessage message) => int.Parse(Encoding.UTF8.GetString(message.Body.Span), CultureInfo.InvariantCulture);
    }
}

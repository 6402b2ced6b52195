using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Consuming;

/// <summary>Messages whose order counts: of a whole topic, or of those with the same key.</summary>
[Collection(ConsumingCollection.Name)]
public sealed class OrderedMessagesTests(ConsumingRocket rocket)
{
    private const int Queues = 4;
    private const int Keys = 10;
    private const int Steps = 30;

    public enum Sending
    {
        Synchronous,
        Asynchronous,
        Oneway,
        Mixed,
    }

    [Theory]
    [InlineData(Sending.Synchronous)]
    [InlineData(Sending.Asynchronous)]
    [InlineData(Sending.Oneway)]
    [InlineData(Sending.Mixed)]
    public async Task Messages_of_a_topic_with_one_queue_come_in_the_order_of_their_sending(Sending way)
    {
        const int count = 600;
        var topic = await rocket.CreateTopicAsync();
        await using var client = await rocket.ConnectAsync();

        await SendAsync(client, way, Enumerable.Range(0, count).Select(i => SendRequest.For(topic, Text(i))));

        Assert.Equal(Enumerable.Range(0, count).Select(Text), (await client.ReadQueueAsync(topic)).Select(Text));
    }

    [Theory]
    [InlineData(Sending.Synchronous)]
    [InlineData(Sending.Asynchronous)]
    [InlineData(Sending.Oneway)]
    public async Task Messages_with_the_same_key_come_in_the_order_of_their_sending_whoever_consumes_them(Sending way)
    {
        var (topic, group) = (await rocket.CreateTopicAsync(Queues), UniqueNames.Group());
        await using var producer = await rocket.ConnectAsync();
        var consumed = new ConcurrentDictionary<int, ConcurrentQueue<int>>();

        // One consumer alone, then a second one that takes half of the queues over while messages come.
        await using var first = await OrderlyConsumer.StartAsync(rocket.Rocket, group, topic, Consume);
        await SendAsync(producer, way, Messages(topic, 0, Steps / 2));
        await using var second = await OrderlyConsumer.StartAsync(rocket.Rocket, group, topic, Consume);
        await SendAsync(producer, way, Messages(topic, Steps / 2, Steps));
        await Eventually.HoldsAsync(
            () => consumed.Values.Sum(steps => steps.Distinct().Count()) == Keys * Steps, TimeSpan.FromSeconds(40), () => $"{consumed.Values.Sum(steps => steps.Count)} consumed");

        // What was consumed and not committed when a queue changed hands comes again, and the order of what comes for the first time stays.
        Assert.All(consumed.Values, steps => Assert.Equal(Enumerable.Range(0, Steps), steps.Distinct()));

        void Consume(StoredMessage message)
        {
            var (key, step) = (int.Parse(message.Properties.Keys!, CultureInfo.InvariantCulture), int.Parse(Text(message), CultureInfo.InvariantCulture));
            consumed.GetOrAdd(key, _ => new ConcurrentQueue<int>()).Enqueue(step);
        }
    }

    /// <summary>Steps of every key, each key in the queue that it belongs to.</summary>
    private static IEnumerable<SendRequest> Messages(string topic, int first, int end) =>
        from step in Enumerable.Range(first, end - first)
        from key in Enumerable.Range(0, Keys)
        select SendRequest.For(topic, Text(step), keys: Text(key), queueId: key % Queues);

    private static async Task SendAsync(RemotingConnection client, Sending way, IEnumerable<SendRequest> messages)
    {
        var answers = new List<Task>();
        foreach (var (index, message) in messages.Index())
        {
            switch (way == Sending.Mixed ? (Sending)(index / 50 % 3) : way)
            {
                case Sending.Synchronous:
                    await client.SendAsync(message).Succeeded();
                    break;
                case Sending.Asynchronous:
                    answers.Add(client.SendAsync(message).Succeeded());
                    break;
                case Sending.Oneway:
                    await client.SendOnewayAsync(message);
                    break;
            }
        }

        await Task.WhenAll(answers);
        await client.ClusterInfoAsync().Succeeded();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(StoredMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    /// <summary>
    /// What a client's orderly consumer does: it consumes a queue as long as it has the broker's lock on it, and gives the lock back when the queue goes to
    /// another member.
    /// </summary>
    private sealed class OrderlyConsumer : IAsyncDisposable
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

        private readonly RemotingConnection _client;
        private readonly string _group;
        private readonly string _topic;
        private readonly Action<StoredMessage> _consume;
        private readonly string _clientId = UniqueNames.ClientId();
        private readonly CancellationTokenSource _end = new();
        private Task _running = Task.CompletedTask;

        private OrderlyConsumer(RemotingConnection client, string group, string topic, Action<StoredMessage> consume) =>
            (_client, _group, _topic, _consume) = (client, group, topic, consume);

        public static async Task<OrderlyConsumer> StartAsync(RocketProcess rocket, string group, string topic, Action<StoredMessage> consume)
        {
            var consumer = new OrderlyConsumer(await rocket.ConnectAsync(), group, topic, consume);
            await consumer._client.JoinAsync(group, consumer._clientId, topic);
            consumer._running = Task.Run(consumer.RunAsync);
            return consumer;
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _running;
            await _client.DisposeAsync();
            _end.Dispose();
        }

        private async Task RunAsync()
        {
            IReadOnlyList<int> locked = [];
            while (!_end.IsCancellationRequested)
            {
                var mine = await ShareAsync();
                if (locked.Except(mine).ToArray() is { Length: > 0 } given)
                {
                    await _client.UnlockAsync(Batch(given)).Succeeded();
                }

                locked = [.. (await _client.LockAsync(Batch(mine)).Succeeded()).Locked.Select(queue => queue.QueueId)];
                foreach (var queueId in locked)
                {
                    await ConsumeAsync(queueId);
                }

                await Task.Delay(Interval);
            }
        }

        private async Task ConsumeAsync(int queueId)
        {
            var offset = (await _client.QueryOffsetAsync(_group, _topic, queueId).Succeeded()).Offset;
            var answer = await _client.PullAsync(new PullRequest { ConsumerGroup = _group, Topic = _topic, QueueId = queueId, QueueOffset = offset, MaxMsgNums = 4 });
            foreach (var message in answer.Messages)
            {
                _consume(message);
            }

            if (answer.IsFound)
            {
                await _client.UpdateOffsetAsync(_group, _topic, queueId, answer.NextBeginOffset).Succeeded();
            }
        }

        private async Task<int[]> ShareAsync()
        {
            var members = await _client.MembersAsync(_group);
            var index = members.ToList().IndexOf(_clientId);
            return [.. Enumerable.Range(0, Queues).Where(queueId => queueId % members.Count == index)];
        }

        private LockBatch Batch(int[] queueIds) => new(_group, _clientId, [.. queueIds.Select(id => new MessageQueue(_topic, "broker-a", id))]);
    }
}

using System.Collections.Concurrent;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;

namespace Rocket.Host.Tests.Consuming;

/// <summary>
/// What a client's push consumer does: it joins a group, shares the queues with the members that the broker tells it of, takes each of its queues from
/// the offset that the broker keeps, and commits what it consumed. A notice of the broker is the only thing that makes it look at the members again.
/// </summary>
internal sealed class PushConsumer : IAsyncDisposable
{
    private static readonly TimeSpan Suspend = TimeSpan.FromSeconds(15);

    private readonly RemotingConnection _broker;
    private readonly RemotingConnection _pulls;
    private readonly string _group;
    private readonly string _topic;
    private readonly Action<StoredMessage> _consume;
    private readonly ConcurrentDictionary<int, QueueConsumption> _queues = new();
    private Task _rebalancing = Task.CompletedTask;

    private PushConsumer(RemotingConnection broker, RemotingConnection pulls, string group, string topic, Action<StoredMessage> consume)
    {
        _broker = broker;
        _pulls = pulls;
        _group = group;
        _topic = topic;
        _consume = consume;
    }

    public string ClientId { get; } = UniqueNames.ClientId();

    /// <summary>Queues that it consumes now.</summary>
    public IReadOnlyList<int> Queues => [.. _queues.Keys.Order()];

    public static async Task<PushConsumer> StartAsync(RocketProcess rocket, string group, string topic, Action<StoredMessage> consume)
    {
        var consumer = new PushConsumer(await rocket.ConnectAsync(), await rocket.ConnectAsync(), group, topic, consume);
        await consumer._broker.JoinAsync(group, consumer.ClientId, topic);
        consumer._rebalancing = Task.Run(consumer.RebalanceAtEachNoticeAsync);
        return consumer;
    }

    /// <summary>Leaves as a client does that is shut down: gives up its queues, commits, unregisters.</summary>
    public async Task StopAsync()
    {
        foreach (var queueId in Queues)
        {
            await DropAsync(queueId);
        }

        await _broker.UnregisterAsync(ClientId, consumerGroup: _group).Succeeded();
        await EndAsync();
    }

    /// <summary>Leaves as a client does that crashes.</summary>
    public async Task CrashAsync()
    {
        _pulls.Abort();
        _broker.Abort();
        await EndAsync();
    }

    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task EndAsync()
    {
        await _pulls.DisposeAsync();
        await _broker.DisposeAsync();
        await _rebalancing;
        await Task.WhenAll(_queues.Values.Select(queue => queue.Running));
    }

    private async Task RebalanceAtEachNoticeAsync()
    {
        try
        {
            while (true)
            {
                await _broker.WaitForServerRequestAsync(RequestCode.NotifyConsumerIdsChanged, TimeSpan.FromMinutes(1));
                await RebalanceAsync();
            }
        }
        catch (RemotingConnectionClosedException)
        {
            // It has left.
        }
    }

    /// <summary>The clients' own averaging strategy: the queues in blocks, the first members get one more.</summary>
    private async Task RebalanceAsync()
    {
        var members = await _broker.MembersAsync(_group);
        var index = members.ToList().IndexOf(ClientId);
        if (index < 0)
        {
            return;
        }

        var queues = (await _broker.RouteAsync(_topic).Succeeded()).Route.SubscribeQueues(_topic).Select(queue => queue.QueueId).ToArray();
        var (share, rest) = (queues.Length / members.Count, queues.Length % members.Count);
        var mine = queues.Skip((index * share) + Math.Min(index, rest)).Take(share + (index < rest ? 1 : 0)).ToArray();
        foreach (var queueId in Queues.Except(mine))
        {
            await DropAsync(queueId);
        }

        foreach (var queueId in mine.Except(Queues))
        {
            var offset = (await _broker.QueryOffsetAsync(_group, _topic, queueId).Succeeded()).Offset;
            var consumption = new QueueConsumption(offset);
            _queues[queueId] = consumption;
            consumption.Running = Task.Run(() => ConsumeAsync(queueId, consumption));
        }
    }

    private async Task DropAsync(int queueId)
    {
        if (_queues.TryRemove(queueId, out var consumption))
        {
            long offset;
            lock (consumption)
            {
                consumption.IsDropped = true;
                offset = consumption.Offset;
            }

            await _broker.UpdateOffsetAsync(_group, _topic, queueId, offset).Succeeded();
        }
    }

    private async Task ConsumeAsync(int queueId, QueueConsumption consumption)
    {
        try
        {
            while (!consumption.IsDropped)
            {
                var answer = await _pulls.PullAsync(
                    new PullRequest { ConsumerGroup = _group, Topic = _topic, QueueId = queueId, QueueOffset = consumption.Offset }.Waiting(Suspend));
                lock (consumption)
                {
                    if (consumption.IsDropped)
                    {
                        return;
                    }

                    foreach (var message in answer.Messages)
                    {
                        _consume(message);
                    }

                    consumption.Offset = answer.NextBeginOffset;
                }

                await _broker.UpdateOffsetOnewayAsync(_group, _topic, queueId, consumption.Offset);
            }
        }
        catch (RemotingConnectionClosedException)
        {
            // It has left.
        }
    }

    private sealed class QueueConsumption(long offset)
    {
        public long Offset { get; set; } = offset;

        public bool IsDropped { get; set; }

        public Task Running { get; set; } = Task.CompletedTask;
    }
}

using System.Diagnostics;
using Rocket.Benchmarks.Measuring;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;

namespace Rocket.Benchmarks.Soak;

/// <summary>
/// Everything that clients do, at once and at a steady pace: sends of all sizes, batches, consumers that wait and commit, members that come and go, new topics, queries, locks. Each worker is a
/// loop of its own; any answer but a success is counted by its code.
/// </summary>
internal sealed class SoakTraffic(string broker, int sendsPerSecond, CancellationToken cancellation)
{
    private const int Topics = 4;
    private const int Queues = 4;
    private const int PassingTopics = 200;
    private const int PassingGroups = 500;

    private static readonly int[] Sizes = [0, 100, 100, 1024, 1024, 1024, 4096, 20_000, 200_000];
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly LatencyHistogram _latency = new();
    private readonly SortedDictionary<int, long> _refused = [];
    private long _sent;
    private long _read;

    /// <summary>What happened since the last call.</summary>
    public (long Sent, long Read, LatencyHistogram Latency, string Refused) Take()
    {
        lock (_gate)
        {
            var latency = new LatencyHistogram();
            latency.Add(_latency);
            var taken = (_sent, _read, latency, string.Join(' ', _refused.Select(code => $"{code.Key}:{code.Value}")));
            (_sent, _read) = (0, 0);
            _latency.Clear();
            _refused.Clear();
            return taken;
        }
    }

    public async Task RunAsync()
    {
        await using (var first = await ConnectAsync().ConfigureAwait(false))
        {
            for (var topic = 0; topic < Topics; topic++)
            {
                await first.CreateTopicAsync(new CreateTopicRequest(NameOf(topic)) { ReadQueueNums = Queues, WriteQueueNums = Queues }, cancellation: cancellation)
                    .Succeeded().ConfigureAwait(false);
            }
        }

        List<Task> workers = [LockAsync(), QueryAsync(), PassAsync(), CreateAsync(), BatchAsync()];
        for (var topic = 0; topic < Topics; topic++)
        {
            workers.Add(SendAsync(topic));
            for (var member = 0; member < 2; member++)
            {
                workers.Add(ConsumeAsync(topic, member));
            }
        }

        // A worker that fails has found something: the run ends with what it says.
        await await Task.WhenAny(workers).ConfigureAwait(false);
    }

    private static string NameOf(int topic) => $"Soak{topic}";

    private Task<RemotingConnection> ConnectAsync() => RemotingConnection.ConnectAsync(broker, cancellation: cancellation);

    private async Task SendAsync(int topic)
    {
        var random = new Random(topic);
        await using var connection = await ConnectAsync().ConfigureAwait(false);
        var each = Math.Max(1, (int)(sendsPerSecond * Slice.TotalSeconds / Topics));
        using var pace = new PeriodicTimer(Slice);
        while (await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            var sends = new Task[each];
            for (var i = 0; i < each; i++)
            {
                var body = new byte[Sizes[random.Next(Sizes.Length)]];
                random.NextBytes(body.AsSpan(0, Math.Min(body.Length, 64)));
                sends[i] = SendOneAsync(connection, SendRequest.For(
                    NameOf(topic), body, tags: $"Tag{random.Next(5)}", keys: random.Next(3) == 0 ? $"key{random.Next(1000)}" : null, queueId: random.Next(Queues)));
            }

            await Task.WhenAll(sends).ConfigureAwait(false);
        }
    }

    private async Task SendOneAsync(RemotingConnection connection, SendRequest request)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await connection.SendAsync(request, cancellation: cancellation).ConfigureAwait(false);
        lock (_gate)
        {
            _latency.RecordTicks(Stopwatch.GetTimestamp() - started);
            _sent++;
            Note(answer);
        }
    }

    private async Task BatchAsync()
    {
        await using var connection = await ConnectAsync().ConfigureAwait(false);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            Note(await connection.SendAsync(
                SendRequest.ForBatch(NameOf(0), Enumerable.Range(0, 20).Select(_ => (ReadOnlyMemory<byte>)new byte[200]), tags: "Tag0"), SendForm.Batch, cancellation: cancellation)
                .ConfigureAwait(false));
        }
    }

    /// <summary>A member of the topic's group that reads half of its queues, tag by tag filtered in every second topic, and commits.</summary>
    private async Task ConsumeAsync(int topic, int member)
    {
        var (name, group, tags) = (NameOf(topic), $"SoakGroup{topic}", topic % 2 == 0 ? "*" : "Tag1 || Tag2");
        await using var connection = await ConnectAsync().ConfigureAwait(false);
        var heartbeat = HeartbeatOf($"soak{topic}@{member}", group, name);
        Note(await connection.HeartbeatAsync(heartbeat, cancellation: cancellation).ConfigureAwait(false));
        var readers = Enumerable.Range(0, Queues).Where(queue => queue % 2 == member).Select(queue => ReadAsync(connection, group, name, queue, tags)).ToList();
        readers.Add(BeatAsync(connection, heartbeat));
        await await Task.WhenAny(readers).ConfigureAwait(false);
    }

    private async Task ReadAsync(RemotingConnection connection, string group, string topic, int queue, string tags)
    {
        var offset = 0L;
        var committed = Stopwatch.GetTimestamp();
        while (true)
        {
            var pulled = await connection.PullAsync(
                new PullRequest { ConsumerGroup = group, Topic = topic, QueueId = queue, QueueOffset = offset, Subscription = tags }.Waiting(TimeSpan.FromSeconds(5)),
                cancellation: cancellation).ConfigureAwait(false);
            if (pulled.Code is ResponseCode.Success or ResponseCode.PullNotFound or ResponseCode.PullRetryImmediately or ResponseCode.PullOffsetMoved)
            {
                offset = pulled.NextBeginOffset;
                lock (_gate)
                {
                    _read += pulled.Messages.Count;
                }
            }
            else
            {
                Note(pulled);
            }

            if (Stopwatch.GetElapsedTime(committed) > TimeSpan.FromSeconds(1))
            {
                await connection.UpdateOffsetOnewayAsync(group, topic, queue, offset).ConfigureAwait(false);
                committed = Stopwatch.GetTimestamp();
            }
        }
    }

    private async Task BeatAsync(RemotingConnection connection, Heartbeat heartbeat)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(10));
        while (await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false))
        {
            Note(await connection.HeartbeatAsync(heartbeat, cancellation: cancellation).ConfigureAwait(false));
        }
    }

    /// <summary>Clients that join a group, wait for a message and go, every second one without a word.</summary>
    private async Task PassAsync()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var i = 0; await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false); i++)
        {
            await using var connection = await ConnectAsync().ConfigureAwait(false);
            var (client, group) = ($"passing@{i}", $"Passing{i % PassingGroups}");
            Note(await connection.HeartbeatAsync(HeartbeatOf(client, group, NameOf(i % Topics)), cancellation: cancellation).ConfigureAwait(false));
            await connection.ConsumerListAsync(group, cancellation: cancellation).ConfigureAwait(false);
            if (i % 2 == 0)
            {
                Note(await connection.UnregisterAsync(client, consumerGroup: group, cancellation: cancellation).ConfigureAwait(false));
            }
        }
    }

    private async Task CreateAsync()
    {
        await using var connection = await ConnectAsync().ConfigureAwait(false);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var i = 0; await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false); i++)
        {
            Note(await connection.SendAsync(SendRequest.For($"SoakPassing{i % PassingTopics}", "created by a send"), cancellation: cancellation).ConfigureAwait(false));
        }
    }

    private async Task QueryAsync()
    {
        await using var connection = await ConnectAsync().ConfigureAwait(false);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false); i++)
        {
            var topic = NameOf(i % Topics);
            await connection.QueryMessageAsync(new QueryMessageRequest(topic, $"key{i % 1000}"), cancellation: cancellation).ConfigureAwait(false);
            Note(await connection.MaxOffsetAsync(topic, i % Queues, cancellation: cancellation).ConfigureAwait(false));
            Note(await connection.SearchOffsetAsync(topic, i % Queues, DateTimeOffset.UtcNow.AddSeconds(-30).ToUnixTimeMilliseconds(), cancellation: cancellation).ConfigureAwait(false));
            Note(await connection.RouteAsync(topic, cancellation: cancellation).ConfigureAwait(false));
        }
    }

    private async Task LockAsync()
    {
        await using var connection = await ConnectAsync().ConfigureAwait(false);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var i = 0; await pace.WaitForNextTickAsync(cancellation).ConfigureAwait(false); i++)
        {
            var batch = new LockBatch("SoakOrderly", $"owner{i % 3}", [new MessageQueue(NameOf(0), "broker-a", 0)]);
            Note(i % 2 == 0
                ? await connection.LockAsync(batch, cancellation: cancellation).ConfigureAwait(false)
                : await connection.UnlockAsync(batch, cancellation: cancellation).ConfigureAwait(false));
        }
    }

    private static Heartbeat HeartbeatOf(string client, string group, string topic) =>
        new(client) { Consumers = [new ConsumerData(group, [SubscriptionData.ForTags(topic)])] };

    private void Note(Answer answer)
    {
        if (!answer.IsSuccess)
        {
            lock (_gate)
            {
                _refused[answer.Code] = _refused.GetValueOrDefault(answer.Code) + 1;
            }
        }
    }
}

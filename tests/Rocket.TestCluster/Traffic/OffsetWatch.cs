using System.Collections.Concurrent;
using System.Diagnostics;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Traffic;

/// <summary>
/// Asks without a pause for what a group has committed, and pulls, at one node that stays up: clients take any error for "nothing committed" and skip what waits for them, and a wrong
/// "offset moved" makes them begin elsewhere.
/// </summary>
internal sealed class OffsetWatch : IAsyncDisposable
{
    private const string Group = "watched-group";
    private const long Committed = 7;

    /// <summary>Commits that a crash may lose, and what a busy machine adds.</summary>
    private static readonly TimeSpan LosableCommits = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, int> _pullCodes = new();
    private readonly ConcurrentBag<string> _mistakes = [];
    private readonly long _committedAt = Stopwatch.GetTimestamp();
    private readonly Task _running;
    private int _queries;
    private TimeSpan _longestQuery;

    private OffsetWatch(ClusterNode node, string broker, string topic) =>
        _running = Task.WhenAll(
            Task.Run(() => UntilStoppedAsync(node, broker, client => QueryAsync(client, topic))),
            Task.Run(() => UntilStoppedAsync(node, broker, client => PullAsync(client, topic))));

    /// <param name="node">The node that is asked.</param>
    /// <param name="broker">A broker that it holds.</param>
    /// <param name="master">The node that leads the broker now.</param>
    /// <param name="topic">A topic of that broker with at least ten messages in queue 0.</param>
    public static async Task<OffsetWatch> StartAsync(ClusterNode node, string broker, ClusterNode master, string topic)
    {
        await using var client = await ReplicatedNodes.ConnectAsync(master, broker);
        await client.UpdateOffsetAsync(Group, topic, 0, Committed).Succeeded();
        var watch = new OffsetWatch(node, broker, topic);
        await Eventually.HoldsAsync(() => watch._queries > 0 || !watch._mistakes.IsEmpty);
        return watch;
    }

    /// <summary>Waits until its commit is so old that no crash may lose it.</summary>
    public Task WaitUntilKeptAsync() => Eventually.HoldsAsync(() => Stopwatch.GetElapsedTime(_committedAt) > LosableCommits);

    /// <summary>No query was answered with an error or another offset, and no pull was sent elsewhere.</summary>
    public async Task AssertAllRightAsync()
    {
        await _stop.CancelAsync();
        await _running;
        BrokenPromiseException.ThrowIfAny(_mistakes);
        BrokenPromiseException.ThrowUnless(_queries > 1, "no query was answered");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    public override string ToString() =>
        $"{_queries} queries of an offset were answered rightly, the longest after {_longestQuery.TotalMilliseconds:F0} ms; pulls were answered "
        + string.Join(", ", _pullCodes.OrderBy(code => code.Key).Select(code => $"{code.Value} x {code.Key}"));

    private async Task UntilStoppedAsync(ClusterNode node, string broker, Func<RemotingConnection, Task> ask)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var client = await ReplicatedNodes.ConnectAsync(node, broker);
                while (!_stop.IsCancellationRequested)
                {
                    await ask(client);
                    await Task.Delay(Pause);
                }
            }
            catch (Exception gone) when (gone is RemotingConnectException or RemotingConnectionClosedException)
            {
                await Task.Delay(Pause);
            }
            catch (RemotingTimeoutException silent)
            {
                _mistakes.Add(silent.Message);
            }
        }
    }

    private async Task QueryAsync(RemotingConnection client, string topic)
    {
        var watch = Stopwatch.StartNew();
        var answer = await client.QueryOffsetAsync(Group, topic, 0, AnswerTimeout);
        if (!answer.IsSuccess || answer.Offset != Committed)
        {
            _mistakes.Add($"query: {answer}");
        }

        _longestQuery = watch.Elapsed > _longestQuery ? watch.Elapsed : _longestQuery;
        Interlocked.Increment(ref _queries);
    }

    private async Task PullAsync(RemotingConnection client, string topic)
    {
        var answer = await client.PullAsync(
            new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = topic, QueueOffset = Committed, MaxMsgNums = 1 }, AnswerTimeout);
        _pullCodes.AddOrUpdate(answer.Code, 1, static (_, count) => count + 1);
        if (answer.Code is not (ResponseCode.Success or ResponseCode.PullNotFound or ResponseCode.ServiceNotAvailable)
            || (answer.IsSuccess && answer.Messages[0].QueueOffset != Committed))
        {
            _mistakes.Add($"pull: {answer}");
        }
    }
}

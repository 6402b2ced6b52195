using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Messages;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Traffic;

/// <summary>
/// Consumes all queues of a topic while it is written: it pulls from the master that the routes tell, commits what it consumed, and on each new connection goes on at what the broker
/// says is committed.
/// </summary>
internal sealed class GroupReader : IAsyncDisposable
{
    /// <summary>Commits that a crash may lose, and what a busy machine adds.</summary>
    private static readonly TimeSpan LosableCommits = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Suspend = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ProcessCluster _cluster;
    private readonly string _broker;
    private readonly string _topic;
    private readonly Func<Socket>? _newSocket;
    private readonly string _group = "reading-group";
    private readonly CancellationTokenSource _stop = new();
    private readonly SeenMessages _seen;
    private readonly ConcurrentDictionary<int, int> _codes = new();
    private readonly ConcurrentBag<string> _mistakes = [];
    private readonly Task _running;
    private long _cutOffAt = long.MaxValue;
    private long _replacedAt = long.MaxValue;

    public GroupReader(ProcessCluster cluster, string broker, string topic, int queues, Func<Socket>? newSocket = null)
    {
        (_cluster, _broker, _topic, _seen, _newSocket) = (cluster, broker, topic, new SeenMessages(queues), newSocket);
        _running = Task.WhenAll(Enumerable.Range(0, queues).Select(queue => Task.Run(() => ReadAsync(queue))));
    }

    /// <summary>Messages consumed at least once.</summary>
    public int Consumed => _seen.Count;

    /// <summary>What it has consumed, by queue and offset.</summary>
    public SeenMessages Seen => _seen;

    /// <summary>What it met that must never be.</summary>
    public IReadOnlyCollection<string> Mistakes => _mistakes;

    /// <summary>Waits until it has consumed so many messages.</summary>
    public Task WaitUntilConsumedAsync(int count) => Eventually.HoldsAsync(() => Consumed >= count, ReplicatedNodes.Patience, () => ToString());

    /// <summary>The master is cut off from now on: what is committed to it, and what was shortly before, may be lost.</summary>
    public void MasterIsCutOff() => Volatile.Write(ref _cutOffAt, DateTimeOffset.UtcNow.Ticks);

    /// <summary>Another node leads now.</summary>
    public void MasterIsReplaced() => Volatile.Write(ref _replacedAt, DateTimeOffset.UtcNow.Ticks);

    /// <summary>Nothing that it has seen has changed, was skipped, or was sent elsewhere.</summary>
    public async Task AssertAllRightAsync()
    {
        await _stop.CancelAsync();
        await _running;
        BrokenPromiseException.ThrowIfAny(_mistakes);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    public override string ToString() =>
        $"{Consumed} consumed, {_seen.Again} of them again; pulls were answered "
        + string.Join(", ", _codes.OrderBy(code => code.Key).Select(code => $"{code.Value} x {code.Key}"));

    // A master that is cut off answers on for a while, as if it kept what it is told.
    private bool IsLosable(DateTimeOffset committedAt) =>
        committedAt.Ticks > Volatile.Read(ref _cutOffAt) - LosableCommits.Ticks && committedAt.Ticks <= Volatile.Read(ref _replacedAt);

    private async Task ReadAsync(int queue)
    {
        await using var route = new RoutedConnection(_cluster, _topic, _broker, queue, _newSocket);
        var progress = new Progress(IsLosable);
        while (!_stop.IsCancellationRequested)
        {
            RemotingConnection? master = null;
            try
            {
                master = await route.GetAsync(_stop.Token);
                await BeginAsync(master, queue, progress);
                while (!_stop.IsCancellationRequested && await PullAsync(master, queue, progress))
                {
                }

                await Task.Delay(Pause, _stop.Token);
                await route.LookAgainAsync(master, isSilent: false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception gone) when (gone is RemotingConnectionClosedException or RemotingTimeoutException)
            {
                progress.ForgetLosable();
                await route.LookAgainAsync(master!, isSilent: true);
            }
        }
    }

    /// <summary>Before the first commit of a queue the broker has none; after it there is one for ever, and it has not gone back beyond what a crash may lose.</summary>
    private async Task BeginAsync(RemotingConnection master, int queue, Progress progress)
    {
        var answer = await master.QueryOffsetAsync(_group, _topic, queue, AnswerTimeout, _stop.Token);
        if (answer.Code == ResponseCode.QueryNotFound && progress.Safe == 0)
        {
            progress.Next = 0;
            return;
        }

        if (!answer.IsSuccess)
        {
            _mistakes.Add($"{_broker}, queue {queue}, committed up to {progress.Next}, {progress.Safe} safely: {answer}");
        }
        else if (answer.Offset > progress.Next || answer.Offset < progress.Safe)
        {
            _mistakes.Add($"{_broker}, queue {queue}: {answer.Offset} is committed, not something between {progress.Safe} and {progress.Next}");
        }
        else
        {
            progress.Next = answer.Offset;
        }
    }

    private async Task<bool> PullAsync(RemotingConnection master, int queue, Progress progress)
    {
        var request = new PullRequest { ConsumerGroup = "TOOLS_CONSUMER", Topic = _topic, QueueId = queue, QueueOffset = progress.Next };
        var answer = await master.PullAsync(request.Waiting(Suspend), AnswerTimeout, _stop.Token);
        _codes.AddOrUpdate(answer.Code, 1, static (_, count) => count + 1);
        switch (answer.Code)
        {
            case ResponseCode.Success:
                Consume(answer.Messages, queue, progress);
                await master.UpdateOffsetOnewayAsync(_group, _topic, queue, progress.Next);
                progress.Committed();
                return true;
            case ResponseCode.PullNotFound:
                if (answer.NextBeginOffset != progress.Next)
                {
                    _mistakes.Add($"{_broker}, queue {queue} at {progress.Next}: {answer}");
                }

                return true;
            case ResponseCode.ServiceNotAvailable:
                return false;
            default:
                _mistakes.Add($"{_broker}, queue {queue} at {progress.Next}: {answer}");
                return false;
        }
    }

    private void Consume(IReadOnlyList<StoredMessage> messages, int queue, Progress progress)
    {
        foreach (var message in messages)
        {
            progress.MasterLived(message);
            if (message.QueueOffset != progress.Next++)
            {
                _mistakes.Add($"{_broker}, queue {queue}: {message.QueueOffset} came for {progress.Next - 1}");
            }

            if (!SendLedger.IsWhole(message))
            {
                _mistakes.Add($"{_broker}, queue {queue}: the message at {message.QueueOffset} has another body than was sent");
            }

            if (_seen.Add(queue, message.QueueOffset, SendLedger.NumberOf(message)) is { } mistake)
            {
                _mistakes.Add(mistake);
            }
        }
    }

    /// <summary>Where it is in one queue, and which of its commits no crash may lose any more.</summary>
    private sealed class Progress(Predicate<DateTimeOffset> isLosable)
    {
        private readonly Queue<(DateTimeOffset At, long Offset)> _commits = new();
        private IPEndPoint? _master;

        public long Next { get; set; }

        /// <summary>Committed so long before something that the master has stored that no crash after that loses it.</summary>
        public long Safe { get; private set; }

        /// <summary>
        /// Its master was alive when it stored this message. That somebody answers says nothing: that may be a copy, while the master is dead or stands still. With another master the last
        /// commits may be gone.
        /// </summary>
        public void MasterLived(StoredMessage message)
        {
            if (!message.StoreHost.Equals(_master))
            {
                _commits.Clear();
                _master = message.StoreHost;
            }

            while (_commits.TryPeek(out var first) && first.At + LosableCommits < DateTimeOffset.FromUnixTimeMilliseconds(message.StoreTimestamp))
            {
                _commits.Dequeue();
                Safe = isLosable(first.At) ? Safe : Math.Max(Safe, first.Offset);
            }
        }

        /// <summary>The broker may have crashed just now, and what it was told last with it.</summary>
        public void ForgetLosable() => _commits.Clear();

        public void Committed() => _commits.Enqueue((DateTimeOffset.UtcNow, Next));
    }
}

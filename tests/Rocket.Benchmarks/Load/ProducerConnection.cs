using System.Diagnostics;
using Rocket.Benchmarks.Framing;
using Rocket.Benchmarks.Journal;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Load;

/// <summary>
/// One producing connection: a loop that fills every free slot with a frame, writes them together, reads what answers have come, and begins again.
/// It sends to its queues in turn.
/// </summary>
internal sealed class ProducerConnection(LoadOptions options, LoadRun run, int producer, IReadOnlyList<TargetQueue> queues, JournalBuffer? journal)
{
    // Enough frames for one write to be cheap, few enough to stay in the processor's cache.
    private const int WriteBytes = 128 * 1024;

    // A broker that recovers refuses at once; asking it again without a pause would slow it down.
    private static readonly TimeSpan AfterRefusals = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan BetweenConnects = TimeSpan.FromMilliseconds(50);

    private readonly SendTemplate[] _templates = [.. queues.Select(queue => new SendTemplate(options, producer, queue.QueueId))];
    private readonly long[] _sequences = new long[queues.Count];
    private readonly InFlightSlots _slots = new(options.InFlight);
    private readonly byte[] _bornDigits = new byte[SendTemplate.BornDigits];
    private byte[] _output = new byte[WriteBytes];
    private int _nextQueue = producer % queues.Count;
    private uint _unique;

    public LoadStatistics Statistics { get; } = new();

    /// <summary>Why it ended before its work was done, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs until the run stops or its count is used up, and every answer is here.</summary>
    /// <param name="abandon">Cancelled when nobody waits for outstanding answers any longer.</param>
    public async Task RunAsync(CancellationToken abandon)
    {
        var lostAt = Stopwatch.GetTimestamp();
        while (true)
        {
            var isConnected = false;
            try
            {
                using var socket = new FrameSocket();
                using var abandoning = abandon.Register(socket.Dispose);
                await socket.ConnectAsync(queues[0].Address, abandon).ConfigureAwait(false);
                isConnected = true;
                await PumpAsync(socket).ConfigureAwait(false);
                return;
            }
            catch (Exception problem) when (problem is ConnectionLostException or OperationCanceledException or RemotingFormatException)
            {
                Statistics.Unanswered += _slots.Outstanding;
                _slots.Reset();
                if (abandon.IsCancellationRequested || run.IsStopping)
                {
                    return;
                }

                lostAt = isConnected ? Stopwatch.GetTimestamp() : lostAt;
                if (problem is RemotingFormatException || Stopwatch.GetElapsedTime(lostAt) >= options.Reconnect)
                {
                    Failure = problem;
                    return;
                }
            }
            finally
            {
                journal?.Flush();
            }

            Statistics.Reconnects++;
            await Task.Delay(BetweenConnects, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task PumpAsync(FrameSocket socket)
    {
        while (true)
        {
            while (_slots.FreeCount > 0 && Compose() is > 0 and var length)
            {
                await socket.SendAsync(_output.AsMemory(0, length)).ConfigureAwait(false);
                if (options.Mode == SendMode.Oneway)
                {
                    CountOneway();
                }
            }

            if (_slots.Outstanding == 0)
            {
                return;
            }

            await socket.ReceiveAsync().ConfigureAwait(false);
            if (TakeAnswers(socket) == Taken.OnlyRefusals)
            {
                await Task.Delay(AfterRefusals).ConfigureAwait(false);
            }
        }
    }

    // Returns how many bytes of _output hold frames; 0 when nothing more may be sent.
    private int Compose()
    {
        var frameBytes = _templates[0].Length + Opaques.Length;
        if (run.IsStopping)
        {
            return 0;
        }

        if (_output.Length < frameBytes)
        {
            _output = new byte[frameBytes];
        }

        var frames = run.Take(Math.Min(_slots.FreeCount, _output.Length / frameBytes), options.MessagesPerFrame);
        Digits.WriteDecimal(_bornDigits, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var now = Stopwatch.GetTimestamp();
        var length = 0;
        for (; frames > 0; frames--)
        {
            var queue = _nextQueue;
            _nextQueue = queue + 1 == _templates.Length ? 0 : queue + 1;
            var opaque = _slots.Take(now, queue, _sequences[queue]);
            length += _templates[queue].Write(_output.AsSpan(length), opaque, _bornDigits, _unique, _sequences[queue], now);
            _sequences[queue] += options.MessagesPerFrame;
            _unique += (uint)options.MessagesPerFrame;
        }

        return length;
    }

    private void CountOneway()
    {
        if (run.Phase == LoadPhase.Measure)
        {
            Statistics.Requests += _slots.Outstanding;
            Statistics.Messages += _slots.Outstanding;
        }

        _slots.Reset();
    }

    private Taken TakeAnswers(FrameSocket socket)
    {
        var taken = Taken.Nothing;
        var now = Stopwatch.GetTimestamp();
        var isMeasured = run.Phase == LoadPhase.Measure;
        while (socket.TryTake(out var frame))
        {
            var type = frame.Type;
            var header = frame.Header;
            if ((HeaderScan.Flag(header, type) & RemotingCommand.ResponseFlag) == 0)
            {
                continue;
            }

            if (!_slots.TryRelease(HeaderScan.Opaque(header, type), out var slot))
            {
                Statistics.Strays++;
                continue;
            }

            var code = HeaderScan.Code(header, type);
            var isStored = code is ResponseCode.Success or ResponseCode.FlushDiskTimeout or ResponseCode.SlaveNotAvailable or ResponseCode.FlushSlaveTimeout;
            taken = isStored || taken == Taken.SomeStored ? Taken.SomeStored : Taken.OnlyRefusals;
            if (isMeasured)
            {
                Statistics.Requests++;
                Statistics.Messages += isStored ? options.MessagesPerFrame : 0;
                Statistics.Answers.Record(code);
                Statistics.Latency.RecordTicks(now - slot.SentAt);
            }

            if (isStored && journal is not null)
            {
                journal.Confirm(queues[slot.Queue].Index, slot.Sequence, header, type);
            }
        }

        return taken;
    }

    private enum Taken
    {
        Nothing,
        OnlyRefusals,
        SomeStored,
    }
}

using System.Diagnostics;
using Rocket.Benchmarks.Framing;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Messages;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Load;

/// <summary>One consuming connection: a pull is outstanding for each of its queues, and follows on from the answer to the one before.</summary>
internal sealed class ConsumerConnection(LoadOptions options, LoadRun run, IReadOnlyList<ReadPosition> positions)
{
    private static readonly TimeSpan Suspend = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMilliseconds(100);

    private readonly InFlightSlots _slots = new(positions.Count);
    private readonly Queue<int> _ready = new(Enumerable.Range(0, positions.Count));
    private readonly ByteBuffer _output = new();
    private bool _wasRefused;

    public LoadStatistics Statistics { get; } = new();

    /// <summary>Why it ended before its work was done, or null.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs until the run stops, its count is used up, or every queue was read to its end.</summary>
    /// <param name="abandon">Cancelled when nobody waits for outstanding answers any longer.</param>
    public async Task RunAsync(CancellationToken abandon)
    {
        try
        {
            using var socket = new FrameSocket();
            using var abandoning = abandon.Register(socket.Dispose);
            await socket.ConnectAsync(positions[0].Queue.Address, abandon).ConfigureAwait(false);
            while (!run.IsStopping)
            {
                ComposePulls();
                if (_slots.Outstanding == 0)
                {
                    return;
                }

                await socket.SendAsync(_output.WrittenMemory).ConfigureAwait(false);
                await socket.ReceiveAsync().ConfigureAwait(false);
                TakeAnswers(socket);
                if (_wasRefused)
                {
                    _wasRefused = false;
                    await Task.Delay(AfterRefusal, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (Exception problem) when (problem is ConnectionLostException or OperationCanceledException or RemotingFormatException)
        {
            if (!abandon.IsCancellationRequested && !run.IsStopping)
            {
                Failure = problem;
                Statistics.Unanswered += _slots.Outstanding;
            }
        }
    }

    private void ComposePulls()
    {
        _output.Clear();
        var now = Stopwatch.GetTimestamp();
        while (_ready.TryDequeue(out var index))
        {
            var position = positions[index];
            if (position.IsAtEnd)
            {
                continue;
            }

            var pull = new PullRequest
            {
                ConsumerGroup = options.ConsumerGroup,
                Topic = options.Topic,
                QueueId = position.Queue.QueueId,
                QueueOffset = position.Next,
                MaxMsgNums = options.PullBatch,
            };
            pull = position.Waits ? pull.Waiting(Suspend) : pull;
            FrameEncoder.Write(_output, pull.ToCommand() with { Opaque = _slots.Take(now, index, position.Next), SerializeType = options.Serialize });
        }
    }

    private void TakeAnswers(FrameSocket socket)
    {
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
            _ready.Enqueue(slot.Queue);
            if (code is ResponseCode.Success or ResponseCode.PullNotFound or ResponseCode.PullRetryImmediately or ResponseCode.PullOffsetMoved)
            {
                positions[slot.Queue].Next = HeaderScan.NumberField(header, type, "nextBeginOffset"u8);
            }
            else
            {
                _wasRefused = true;
            }

            var messages = code == ResponseCode.Success ? Walk(frame.Body, slot.Sequence, now, isMeasured) : 0;
            if (isMeasured)
            {
                Statistics.Requests++;
                Statistics.Messages += messages;
                Statistics.Answers.Record(code);
                Statistics.Latency.RecordTicks(now - slot.SentAt);
            }

            run.NoteRead(messages);
        }
    }

    private int Walk(ReadOnlySpan<byte> body, long expected, long now, bool isMeasured)
    {
        var count = 0;
        var records = new RecordWalker(body);
        while (records.TryMoveNext())
        {
            count++;
            if (records.QueueOffset != expected)
            {
                Statistics.Gaps++;
            }

            expected = records.QueueOffset + 1;
            if (isMeasured && options.Produce && BodyStamp.TryRead(records.Body, out var stamp))
            {
                Statistics.EndToEnd.RecordTicks(now - stamp.SentAt);
            }
        }

        return count;
    }
}

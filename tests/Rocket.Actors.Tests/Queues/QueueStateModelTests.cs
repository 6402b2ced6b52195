using CsCheck;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

/// <summary>Random histories of one queue against what must be true of any: every append answered once, nothing called stored that is not.</summary>
public sealed class QueueStateModelTests
{
    private static readonly Gen<(Act Act, int Argument)> Step = Gen.Select(
        Gen.Frequency(
            (8, Act.Append), (5, Act.Write), (4, Act.BeginFlush), (4, Act.EndFlush), (1, Act.BreakLog), (1, Act.BreakIndex), (1, Act.FailFlush),
            (3, Act.Grant), (2, Act.Wait), (2, Act.Reopen)),
        Gen.Int[0, 20]);

    private enum Act
    {
        Append,
        Write,
        BeginFlush,
        EndFlush,
        BreakLog,
        BreakIndex,
        FailFlush,
        Grant,
        Wait,
        Reopen,
    }

    [Theory]
    [InlineData(FlushDiskType.AsyncFlush)]
    [InlineData(FlushDiskType.SyncFlush)]
    public void Every_append_is_answered_once_and_stored_means_stored(FlushDiskType flush) =>
        Gen.Select(Step.Array[1, 60], Gen.Bool).Sample(
            (steps, nearTheBoundary) =>
            {
                using var history = new History(flush, nearTheBoundary);
                history.Play(steps);
            },
            iter: 500,
            threads: 1);

    /// <summary>One history: the queue, and what is known of it from outside.</summary>
    private sealed class History : IDisposable
    {
        private readonly QueueScenario _queue;
        private readonly FlushDiskType _flush;
        private readonly List<TestAppend> _offered = [];
        private readonly Dictionary<string, TestAppend> _storedIn = new(StringComparer.Ordinal);
        private LogPoint? _underWay;
        private bool _isBroken;
        private int _ordinals;

        public History(FlushDiskType flush, bool nearTheBoundary)
        {
            _flush = flush;
            _queue = new QueueScenario(
                flush, ordinals: [], start: nearTheBoundary ? new LogPoint(PhysicalOffset.BytesPerOrdinal - 700, 50) : null, segmentSize: 2000);
        }

        public void Play((Act Act, int Argument)[] steps)
        {
            foreach (var (act, argument) in steps)
            {
                Run(act, argument);
                Check();
            }

            _queue.State.Fail();
            Assert.All(_offered, append => Assert.Single(append.Answers));
            Assert.Equal(0, _queue.Handle.OutstandingBytes);
            CheckStored();
        }

        public void Dispose() => _queue.Dispose();

        private void Run(Act act, int argument)
        {
            switch (act)
            {
                case Act.Append:
                    Append(argument);
                    break;
                case Act.Write:
                    Try(_queue.State.Write);
                    break;
                case Act.BeginFlush when _queue.State.WantsFlush && !_isBroken:
                    _queue.State.JobStarted();
                    _underWay = _queue.Log.Flush();
                    break;
                case Act.EndFlush when _underWay is { } point:
                    _underWay = null;
                    EndFlush(point);
                    break;
                case Act.FailFlush when _underWay is not null:
                    _underWay = null;
                    _queue.State.JobEnded();
                    Broken();
                    break;
                case Act.BreakLog:
                    _queue.Faults.Write = DiskFaults.Of(".log");
                    break;
                case Act.BreakIndex:
                    _queue.Faults.Write = DiskFaults.Of(".index");
                    break;
                case Act.Grant when _queue.State.NeedsOrdinal:
                    Try(() => _queue.State.Granted(100 + _ordinals++));
                    break;
                case Act.Wait:
                    _queue.Time.Advance(TimeSpan.FromSeconds(argument));
                    _queue.State.ExpireDeadlines();
                    break;
                case Act.Reopen when _isBroken && _underWay is null:
                    _queue.Faults.None();
                    _queue.Reopen();
                    _isBroken = false;
                    break;
            }
        }

        private void Append(int records)
        {
            var number = _offered.Count;
            var append = TestAppend.Of([.. Enumerable.Range(0, 1 + (records % 4)).Select(record => $"{number}-{record}")]);
            append.WaitsForFlush = records % 5 > 0;
            append.Answered = Answered;
            append.OfferedTo(_queue.Handle);
            _offered.Add(append);
            if (_isBroken)
            {
                // The actor is in its state "unwritable".
                append.Answer(AppendOutcome.Unavailable);
            }
            else
            {
                Try(() => _queue.State.Take(append));
            }
        }

        private void EndFlush(LogPoint point)
        {
            if (_isBroken)
            {
                _queue.State.JobEnded();
            }
            else
            {
                _queue.State.Flushed(point.Offset);
            }
        }

        private void Try(Action action)
        {
            try
            {
                action();
            }
            catch (LogPoisonedException)
            {
                Broken();
            }
        }

        private void Broken()
        {
            _isBroken = true;
            _queue.State.Fail();
        }

        private void Answered(TestAppend append)
        {
            Assert.Single(append.Answers);
            if (append.Outcome == AppendOutcome.Unavailable)
            {
                return;
            }

            var end = append.QueueOffset + append.RecordCount;
            Assert.True(end <= _queue.Log.Watermarks.AppendedOffset);
            if (append.Outcome == AppendOutcome.Stored && _flush == FlushDiskType.SyncFlush && append.WaitsForFlush)
            {
                Assert.True(end <= _queue.Log.Watermarks.FlushedOffset);
            }

            foreach (var body in append.Bodies)
            {
                _storedIn.Add(body, append);
            }
        }

        private void Check()
        {
            Assert.All(_offered, append => Assert.True(append.Answers.Count <= 1));
            Assert.Equal(_offered.Where(append => append.Answers.Count == 0).Sum(append => append.AdmittedBytes), _queue.Handle.OutstandingBytes);
        }

        /// <summary>Offsets are dense (the log checks that), in the order of the sends, and those that clients were told.</summary>
        private void CheckStored()
        {
            var stored = _queue.Stored();
            foreach (var message in stored)
            {
                Assert.Equal(100 + PhysicalOffset.TurnOf(message.Position), PhysicalOffset.OrdinalOf(message.PhysicalOffset));
                if (_storedIn.Remove(message.Body, out var append))
                {
                    var record = Array.IndexOf([.. append.Bodies], message.Body);
                    Assert.Equal(append.QueueOffset + record, message.Offset);
                    Assert.Equal(append.Records[record].PhysicalOffset, message.PhysicalOffset);
                }
            }

            Assert.Empty(_storedIn);
            var numbers = stored.Select(message => int.Parse(message.Body.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(numbers.Order(), numbers);
        }
    }
}

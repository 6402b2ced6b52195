using CsCheck;
using Rocket.Actors.Schedules;
using Xunit;

namespace Rocket.Actors.Tests.Schedules;

/// <summary>What is delivered when, against a list of all messages; with crashes between any two steps.</summary>
public sealed class PendingTimersTests
{
    private const long WindowLength = 1000;

    [Fact]
    public void Every_message_is_delivered_when_it_is_due_never_before_and_again_only_after_a_crash() =>
        Gen.Int.Sample(seed => new Run(seed).Go(), iter: 500);

    [Fact]
    public void A_million_that_wait_are_not_in_memory()
    {
        var pending = new PendingTimers(TimerProgress.None, WindowLength);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000_000; i++)
        {
            pending.Read(10_000_000 + i);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(0, pending.Waiting);

        // Each of them is found when its window opens, and no other one.
        Assert.Null(pending.NextToRead());
        pending.Open(10_000_500);
        var looked = 0;
        while (pending.NextToRead() is { } stretch)
        {
            looked++;
            for (var offset = stretch.First; offset < stretch.First + stretch.Count; offset++)
            {
                pending.ReadAgain(offset, 10_000_000 + offset);
            }
        }

        Assert.Equal((1, 501), (looked, pending.Waiting));
    }

    [Theory]
    [InlineData(10, 60_000)] // ten a millisecond, in a window that opens
    [InlineData(int.MaxValue, 60_000)] // all at one time
    [InlineData(10, 0)]
    [InlineData(int.MaxValue, 0)]
    public void However_many_are_due_soon_only_some_are_in_memory_and_each_is_delivered_in_order(int perMillisecond, long opened)
    {
        const int count = 1_000_000;
        var pending = new PendingTimers(TimerProgress.None, opened == 0 ? 200_000 : 0);
        for (var i = 0; i < count; i++)
        {
            pending.Read(1 + (i / perMillisecond));
        }

        var (delivered, read) = (0, 0);
        while (delivered < count)
        {
            while (pending.NextToRead() is { } stretch)
            {
                read += stretch.Count;
                for (var offset = stretch.First; offset < stretch.First + stretch.Count; offset++)
                {
                    pending.ReadAgain(offset, 1 + (offset / perMillisecond));
                }
            }

            Assert.InRange(pending.Waiting, 0, 200_000);
            while (pending.TryTakeDue(200_000, out var offset, out var due))
            {
                Assert.Equal(delivered++, offset);
                pending.Delivered(offset, due);
            }

            pending.Open(200_000);
        }

        Assert.InRange(read, 0, 2 * count);
        Assert.Equal(new TimerProgress(0, count, 200_000), pending.Progress(200_000, TimerProgress.None)! with { Below = 0 });
    }

    [Fact]
    public void What_the_last_leader_has_delivered_does_not_come_again_from_one_whose_clock_is_behind()
    {
        var pending = new PendingTimers(new TimerProgress(0, 10, 100_000), 1000 + WindowLength);
        for (var i = 0; i < 20; i++)
        {
            pending.Read(90_000);
        }

        for (var now = 0; now <= 90_000; now += 500)
        {
            pending.Open(now + WindowLength);
            while (pending.NextToRead() is { } stretch)
            {
                for (var offset = stretch.First; offset < stretch.First + stretch.Count; offset++)
                {
                    pending.ReadAgain(offset, 90_000);
                }
            }
        }

        for (var expected = 10; expected < 20; expected++)
        {
            Assert.True(pending.TryTakeDue(90_000, out var offset, out _));
            Assert.Equal(expected, offset);
        }

        Assert.Equal(0, pending.Waiting);
    }

    [Fact]
    public void What_is_delivered_of_a_burst_that_is_due_at_one_time_does_not_come_again()
    {
        const int count = 10_000;
        const int delivered = 6000;
        var pending = Burst(TimerProgress.None, count);
        for (var i = 0; i < delivered; i++)
        {
            Assert.True(pending.TryTakeDue(500, out var offset, out var due));
            pending.Delivered(offset, due);
        }

        var progress = pending.Progress(500, TimerProgress.None);

        Assert.NotNull(progress);
        var next = Burst(progress, count);
        Assert.Equal(count - delivered, next.Waiting);
        Assert.True(next.TryTakeDue(500, out var first, out _));
        Assert.Equal(delivered, first);
    }

    private static PendingTimers Burst(TimerProgress start, int count)
    {
        var pending = new PendingTimers(start, 500 + WindowLength);
        for (var i = 0; i < count; i++)
        {
            pending.Read(500);
        }

        Assert.Null(pending.NextToRead());
        return pending;
    }

    /// <summary>One queue of messages, delivered by one leader after the other.</summary>
    private sealed class Run(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<long> _dues = [];
        private readonly Dictionary<long, int> _delivered = [];
        private readonly HashSet<long> _sinceCommit = [];
        private readonly HashSet<long> _mayComeAgain = [];
        private readonly List<(long Offset, long Due)> _underWay = [];
        private PendingTimers _pending = new(TimerProgress.None, WindowLength, seed % 2 == 0 ? 40 : 1000);
        private TimerProgress _committed = TimerProgress.None;
        private long _now = 1;

        public void Go()
        {
            for (var step = 0; step < 400; step++)
            {
                Step();
            }

            _now += 100_000;
            for (var round = 0; round < 10_000 && _delivered.Count < _dues.Count; round++)
            {
                Open();
                Read();
                Take(int.MaxValue);
                End(int.MaxValue);
            }

            Assert.Equal(_dues.Count, _delivered.Count);
        }

        private void Step()
        {
            switch (_random.Next(10))
            {
                case 0 or 1 or 2:
                    for (var i = _random.Next(30); i > 0; i--)
                    {
                        // Many are due at the same time.
                        _dues.Add(_now + (_random.Next(2) == 0 ? _random.Next(-5, 5000) : 500 - (_now % 500)));
                    }

                    break;
                case 3:
                    Read();
                    break;
                case 4 or 5:
                    _now += _random.Next(300);
                    break;
                case 6:
                    Open();
                    break;
                case 7:
                    Take(_random.Next(20));
                    break;
                case 8:
                    End(_random.Next(20));
                    break;
                default:
                    CommitOrCrash();
                    break;
            }
        }

        private void Read()
        {
            while (_pending.Next < _dues.Count)
            {
                _pending.Read(_dues[(int)_pending.Next]);
            }
        }

        private void Open()
        {
            if (_pending.IsOpening || _now > _pending.Window.Due - (WindowLength / 2))
            {
                Read();
                _pending.Open(_now + WindowLength);
                while (_pending.NextToRead() is { } stretch)
                {
                    for (var offset = stretch.First; offset < stretch.First + stretch.Count; offset++)
                    {
                        _pending.ReadAgain(offset, _dues[(int)offset]);
                    }
                }
            }
        }

        private void Take(int most)
        {
            while (most-- > 0 && _pending.TryTakeDue(_now, out var offset, out var due))
            {
                Assert.True(due <= _now, $"seed {seed}: offset {offset}, due at {due}, is taken at {_now}");
                Assert.Equal(_dues[(int)offset], due);
                _underWay.Add((offset, due));
            }
        }

        private void End(int most)
        {
            while (most-- > 0 && _underWay.Count > 0)
            {
                var (offset, due) = _underWay[_random.Next(_underWay.Count)];
                _underWay.Remove((offset, due));
                _pending.Delivered(offset, due);
                _sinceCommit.Add(offset);
                var times = _delivered[offset] = _delivered.GetValueOrDefault(offset) + 1;
                Assert.True(times == 1 || _mayComeAgain.Remove(offset), $"seed {seed}: offset {offset} is delivered again");
            }
        }

        private void CommitOrCrash()
        {
            if (_random.Next(3) > 0)
            {
                if (_pending.Progress(_now, _committed) is { } progress)
                {
                    AssertTrue(progress);
                    _committed = progress;
                    _sinceCommit.RemoveWhere(offset => progress.Covers(offset, _dues[(int)offset]));
                }

                return;
            }

            // What was delivered and not noted comes again; what was under way may or may not have arrived.
            _mayComeAgain.UnionWith(_sinceCommit);
            _sinceCommit.Clear();
            _underWay.Clear();
            _pending = new PendingTimers(_committed, _now + WindowLength, seed % 2 == 0 ? 40 : 1000);
        }

        private void AssertTrue(TimerProgress progress)
        {
            for (var offset = 0; offset < _dues.Count; offset++)
            {
                Assert.True(
                    !progress.Covers(offset, _dues[offset]) || _delivered.ContainsKey(offset),
                    $"seed {seed}: {progress} says that offset {offset}, due at {_dues[offset]}, is delivered");
            }
        }
    }
}

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

    [Fact]
    public void A_window_in_which_too_many_are_due_becomes_smaller()
    {
        var pending = new PendingTimers(TimerProgress.None, 0);
        const int count = 500_000;
        for (var i = 0; i < count; i++)
        {
            pending.Read(1 + (i / 10));
        }

        pending.Open(60_000);
        while (pending.NextToRead() is { } stretch)
        {
            for (var offset = stretch.First; offset < stretch.First + stretch.Count; offset++)
            {
                pending.ReadAgain(offset, 1 + (offset / 10));
            }
        }

        Assert.InRange(pending.Waiting, 1, 200_000);
        Assert.Equal(pending.Window, pending.Waiting / 10);
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
        private PendingTimers _pending = new(TimerProgress.None, WindowLength);
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
                        _dues.Add(_now + _random.Next(-5, 5000));
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
            if (_now > _pending.Window - (WindowLength / 2))
            {
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
            _pending = new PendingTimers(_committed, _now + WindowLength);
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

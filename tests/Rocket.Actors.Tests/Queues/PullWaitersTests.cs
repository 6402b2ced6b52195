using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

/// <summary>Held pulls: who is woken by what, each exactly once, and what is left of them.</summary>
public sealed class PullWaitersTests
{
    private const int Never = 100;

    private readonly PullWaiters _waiters = new(limit: 10_000);

    [Fact]
    public void An_arrival_wakes_those_that_want_its_tag_and_no_others()
    {
        var (one, other, both, all) = (Hold(1), Hold(2), Hold(1, 2), Hold());

        _waiters.Arrived([2]);

        Assert.Equal((0, 1, 1, 1), (one.Woken, other.Woken, both.Woken, all.Woken));
        Assert.Equal(1, _waiters.Count);
        _waiters.Arrived([1, 1, 2]);
        Assert.Equal((1, 1, 1, 1), (one.Woken, other.Woken, both.Woken, all.Woken));
        Assert.Equal(0, _waiters.Count);
    }

    [Fact]
    public void One_that_is_asked_and_does_not_accept_goes_on_waiting()
    {
        var asked = new Waiter([], deadline: Never, accepts: 7);
        Assert.True(_waiters.TryAdd(asked));

        _waiters.Arrived([1, 2]);
        Assert.Equal(0, asked.Woken);

        _waiters.Arrived([1, 7]);
        Assert.Equal(1, asked.Woken);
    }

    [Fact]
    public void Those_whose_time_is_over_and_those_that_left_are_woken_once()
    {
        var (early, late, gone) = (Hold(deadline: 5, 1), Hold(deadline: 20, 1), Hold(deadline: 20, 1));
        gone.IsGone = true;

        _waiters.Expire(timestamp: 10);
        Assert.Equal((1, 0), (early.Woken, late.Woken));

        for (var look = 0; look < 3; look++)
        {
            _waiters.Expire(timestamp: 10);
        }

        Assert.Equal((0, 1), (late.Woken, gone.Woken));
        _waiters.Arrived([1]);
        _waiters.Expire(timestamp: 30);
        _waiters.WakeAll();

        Assert.Equal((1, 1, 1), (early.Woken, late.Woken, gone.Woken));
    }

    [Fact]
    public void Those_below_an_offset_are_woken()
    {
        var (below, at) = (Hold(1), Hold(2));
        at.From = 5;

        _waiters.WakeBelow(5);

        Assert.Equal((1, 0), (below.Woken, at.Woken));
    }

    [Fact]
    public void More_than_the_limit_are_not_held()
    {
        var waiters = new PullWaiters(limit: 1);

        Assert.True(waiters.TryAdd(new Waiter([1], Never)));
        Assert.False(waiters.TryAdd(new Waiter([1], Never)));
    }

    [Fact]
    public void Pulls_that_come_and_expire_for_ever_leave_nothing_behind()
    {
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < 1000; i++)
            {
                Hold(deadline: round, (round * 1000) + i, (round * 1000) + i + 1, -1);
            }

            _waiters.Expire(round);
        }

        Assert.Equal(0, _waiters.Count);
        Assert.InRange(_waiters.Entries, 0, 5000);
    }

    [Fact]
    public void Ten_thousand_who_want_something_else_are_not_looked_at()
    {
        var waiters = Enumerable.Range(0, 10_000).Select(i => Hold(i + 1)).ToList();

        _waiters.Arrived([0, -5, 20_000, 77]);

        Assert.Equal([76], Enumerable.Range(0, waiters.Count).Where(i => waiters[i].Woken > 0));
        Assert.DoesNotContain(waiters, waiter => waiter.Asked > 0);
    }

    [Fact]
    public void One_that_looks_itself_looks_at_each_arrival_and_is_woken_by_its_deadline_only()
    {
        var looking = new Waiter([], deadline: 20) { Looks = true };
        for (var looks = 1; looks <= 3; looks++)
        {
            Assert.True(_waiters.TryAdd(looking));
            _waiters.Arrived([looks]);
            Assert.Equal((looks, 0, 0), (looking.Looked, looking.Woken, _waiters.Count));
        }

        looking.From = 5;
        Assert.True(_waiters.TryAdd(looking));
        _waiters.WakeBelow(5);
        Assert.Equal((3, 0), (looking.Looked, looking.Woken));
        _waiters.WakeBelow(6);
        Assert.Equal((4, 0), (looking.Looked, looking.Woken));

        Assert.True(_waiters.TryAdd(looking));
        _waiters.Arrived([1]);
        Assert.True(_waiters.TryAdd(looking));
        _waiters.Expire(timestamp: 20);
        _waiters.Arrived([1]);
        Assert.Equal((5, 1), (looking.Looked, looking.Woken));
    }

    [Fact]
    public void One_that_looks_and_comes_back_for_ever_leaves_nothing_behind()
    {
        var looking = new Waiter([], Never) { Looks = true };
        for (var round = 0; round < 100_000; round++)
        {
            Assert.True(_waiters.TryAdd(looking));
            if (round % 2 == 0)
            {
                _waiters.Arrived([1]);
            }
            else
            {
                _waiters.WakeBelow(1);
            }
        }

        Assert.Equal((100_000, 0, 0), (looking.Looked, looking.Woken, _waiters.Count));
        Assert.InRange(_waiters.Entries, 0, 5000);
    }

    private Waiter Hold(params int[] tags) => Hold(Never, tags);

    private Waiter Hold(long deadline, params int[] tags)
    {
        var waiter = new Waiter(tags, deadline);
        Assert.True(_waiters.TryAdd(waiter));
        return waiter;
    }

    private sealed class Waiter(int[] tags, long deadline, int? accepts = null) : PullWaiter
    {
        public int Woken { get; private set; }

        public int Asked { get; private set; }

        /// <summary>Whether it looks at the messages itself.</summary>
        public bool Looks { get; init; }

        public int Looked { get; private set; }

        public bool IsGone { get; set; }

        public long From { get; set; }

        public override long Offset => From;

        public override long Deadline => deadline;

        public override bool IsAbandoned => IsGone;

        public override ReadOnlySpan<int> Tags => tags;

        public override bool Accepts(int tagHash)
        {
            Asked++;
            return accepts is null || accepts == tagHash;
        }

        public override void Wake() => Woken++;

        public override void LookAgain()
        {
            if (Looks)
            {
                Looked++;
            }
            else
            {
                base.LookAgain();
            }
        }
    }
}

using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class PullWaitersTests
{
    private readonly PullWaiters _waiters = new(limit: 3);

    [Fact]
    public void No_more_are_held_than_the_limit_says()
    {
        Assert.True(_waiters.TryAdd(new TestPull(0)));
        Assert.True(_waiters.TryAdd(new TestPull(0)));
        Assert.True(_waiters.TryAdd(new TestPull(0)));
        Assert.False(_waiters.TryAdd(new TestPull(0)));
        Assert.Equal(3, _waiters.Count);
        _waiters.WakeAll();
        Assert.Equal(0, _waiters.Count);
        Assert.True(_waiters.TryAdd(new TestPull(0)));
    }

    [Fact]
    public void A_record_wakes_those_that_accept_its_tag_and_each_of_them_once()
    {
        TestPull a = new(0, "A"), b = new(0, "B"), any = new(0);
        Hold(a, b, any);
        _waiters.Arrived([TestMessage.HashOf("A"), TestMessage.HashOf("C")]);
        Assert.Equal((1, 0, 1), (a.Woken, b.Woken, any.Woken));
        _waiters.Arrived([TestMessage.HashOf("A"), TestMessage.HashOf("B")]);
        Assert.Equal((1, 1, 1), (a.Woken, b.Woken, any.Woken));
        Assert.Equal(0, _waiters.Count);
    }

    [Fact]
    public void Those_whose_time_is_over_are_woken_and_those_that_nobody_waits_for_are_let_go()
    {
        TestPull early = new(0, deadline: 10), late = new(0, deadline: 20), gone = new(0, deadline: 30) { Abandoned = true };
        Hold(early, late, gone);
        _waiters.Expire(10);
        Assert.Equal((1, 0, 1), (early.Woken, late.Woken, gone.Woken));
        Assert.Equal(1, _waiters.Count);
        _waiters.Expire(20);
        Assert.Equal((1, 1, 1), (early.Woken, late.Woken, gone.Woken));
    }

    [Fact]
    public void Those_that_something_is_there_for_are_woken()
    {
        TestPull behind = new(4), at = new(5), ahead = new(6);
        Hold(behind, at, ahead);
        _waiters.WakeBelow(5);
        Assert.Equal((1, 0, 0), (behind.Woken, at.Woken, ahead.Woken));
    }

    private void Hold(params TestPull[] pulls) => Assert.All(pulls, pull => Assert.True(_waiters.TryAdd(pull)));
}

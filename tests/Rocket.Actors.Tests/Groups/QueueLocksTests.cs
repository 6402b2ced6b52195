using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Groups;

public sealed class QueueLocksTests
{
    private static readonly QueueId Queue = new("Orders", 0);
    private readonly ManualTime _time = new();
    private readonly QueueLocks _locks;

    public QueueLocksTests() => _locks = new QueueLocks(_time);

    [Fact]
    public void A_free_queue_is_granted_and_then_refused_to_everybody_else()
    {
        Assert.Equal(LockDecision.Grant, _locks.Decide(Queue, "c1"));
        _locks.Assign(Queue, "c1");
        Assert.Equal(LockDecision.Refuse, _locks.Decide(Queue, "c2"));
        Assert.Equal(LockDecision.Grant, _locks.Decide(new QueueId("Orders", 1), "c2"));
        Assert.True(_locks.IsOwner(Queue, "c1"));
        Assert.False(_locks.IsOwner(Queue, "c2"));
    }

    [Fact]
    public void A_lock_ends_60_seconds_after_its_last_renewal()
    {
        _locks.Assign(Queue, "c1");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(LockDecision.Renewed, _locks.Decide(Queue, "c1"));
        _time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        Assert.Equal(LockDecision.Refuse, _locks.Decide(Queue, "c2"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(LockDecision.Grant, _locks.Decide(Queue, "c2"));
    }

    [Fact]
    public void Setting_the_wall_clock_ends_no_lock()
    {
        _locks.Assign(Queue, "c1");
        _time.SetWallClock(ManualTime.Beginning.AddDays(1));
        Assert.Equal(LockDecision.Refuse, _locks.Decide(Queue, "c2"));
    }

    [Fact]
    public void A_restored_lock_counts_as_renewed_at_that_moment()
    {
        _locks.Restore(Queue, "c1");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(LockDecision.Refuse, _locks.Decide(Queue, "c2"));
        Assert.Equal(LockDecision.Renewed, _locks.Decide(Queue, "c1"));
    }

    [Fact]
    public void Only_the_owner_releases_a_lock()
    {
        _locks.Assign(Queue, "c1");
        Assert.False(_locks.Release(Queue, "c2"));
        Assert.True(_locks.Release(Queue, "c1"));
        Assert.False(_locks.Release(Queue, "c1"));
        Assert.Equal(LockDecision.Grant, _locks.Decide(Queue, "c2"));
    }

    [Fact]
    public void Locks_that_nobody_renewed_are_forgotten_and_named()
    {
        _locks.Assign(Queue, "c1");
        _locks.Assign(new QueueId("Orders", 1), "c2");
        _time.Advance(TimeSpan.FromSeconds(40));
        _locks.Decide(Queue, "c1");
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal([(new QueueId("Orders", 1), "c2")], _locks.TakeExpired());
        Assert.True(_locks.Any);
        Assert.True(_locks.IsOwner(Queue, "c1"));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Single(_locks.TakeExpired());
        Assert.False(_locks.Any);
    }
}

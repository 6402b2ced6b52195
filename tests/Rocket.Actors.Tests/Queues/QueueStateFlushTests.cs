using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class QueueStateFlushTests
{
    private static readonly TimeSpan Timeout = Cluster.TestSettings.ForBroker().SyncFlushTimeout;

    [Fact]
    public void Under_sync_flush_an_append_is_answered_by_the_flush_that_covers_it()
    {
        using var queue = new QueueScenario(FlushDiskType.SyncFlush);
        var first = Write(queue);
        Assert.True(queue.State.WantsFlushNow);
        queue.State.JobStarted();
        Assert.False(queue.State.WantsFlushNow);

        var flushed = queue.Log.Flush().Offset;
        var second = Write(queue);
        queue.State.Flushed(flushed);
        Assert.Equal([AppendOutcome.Stored], first.Answers);
        Assert.Empty(second.Answers);

        Assert.True(queue.State.WantsFlushNow);
        queue.Flush();
        Assert.Equal([AppendOutcome.Stored], second.Answers);
        Assert.False(queue.State.WantsFlush);
    }

    [Fact]
    public void Under_async_flush_a_written_append_is_answered_and_a_flush_is_wanted_but_not_now()
    {
        using var queue = new QueueScenario();
        Assert.Equal([AppendOutcome.Stored], Write(queue).Answers);
        Assert.True(queue.State.WantsFlush);
        Assert.False(queue.State.WantsFlushNow);
        queue.Flush();
        Assert.False(queue.State.WantsFlush);
    }

    [Fact]
    public void An_append_with_WAIT_false_is_answered_when_it_is_written_whoever_waits_beside_it()
    {
        using var queue = new QueueScenario(FlushDiskType.SyncFlush);
        var waiting = TestAppend.Of("waits");
        var hurried = TestAppend.Of("does not").WithoutWaiting();
        queue.Take(waiting);
        queue.Take(hurried);
        queue.State.Write();
        Assert.Empty(waiting.Answers);
        Assert.Equal([AppendOutcome.Stored], hurried.Answers);
    }

    [Fact]
    public void A_flush_that_takes_too_long_is_answered_so_and_its_late_end_answers_nothing_again()
    {
        using var queue = new QueueScenario(FlushDiskType.SyncFlush);
        var append = Write(queue);
        queue.State.JobStarted();
        queue.Time.Advance(Timeout - TimeSpan.FromTicks(1));
        queue.State.ExpireDeadlines();
        Assert.Empty(append.Answers);
        Assert.True(queue.State.HasDeadlines);

        queue.Time.Advance(TimeSpan.FromTicks(1));
        queue.State.ExpireDeadlines();
        Assert.Equal([AppendOutcome.FlushTimeout], append.Answers);
        Assert.False(queue.State.HasDeadlines);

        queue.State.Flushed(queue.Log.Flush().Offset);
        queue.State.Fail();
        Assert.Single(append.Answers);
    }

    [Fact]
    public void A_failed_flush_answers_everything_that_waits_once()
    {
        using var queue = new QueueScenario(FlushDiskType.SyncFlush);
        var written = Write(queue);
        var batched = TestAppend.Of("batched");
        queue.Take(batched);
        queue.State.JobStarted();
        queue.State.JobEnded();
        queue.State.Fail();
        queue.State.Fail();
        Assert.Equal([AppendOutcome.Unavailable], written.Answers);
        Assert.Equal([AppendOutcome.Unavailable], batched.Answers);
        Assert.False(queue.State.IsBusy);
    }

    [Fact]
    public void The_log_is_not_replaced_while_it_is_being_flushed()
    {
        using var queue = new QueueScenario(FlushDiskType.SyncFlush);
        Write(queue);
        queue.State.JobStarted();
        queue.State.Fail();
        Assert.True(queue.State.IsBusy);
        Assert.Throws<InvalidOperationException>(queue.Reopen);
        Assert.Throws<InvalidOperationException>(queue.State.JobStarted);
    }

    [Fact]
    public void A_log_that_comes_back_shorter_takes_appends_that_wait_for_their_flush()
    {
        using var queue = new QueueScenario(FlushDiskType.SyncFlush);
        Write(queue);
        Write(queue);
        queue.State.Fail();
        using var shorter = new QueueScenario(FlushDiskType.SyncFlush);
        queue.State.Reopened(shorter.Log, QueueScenario.Alone(shorter.Log, FlushDiskType.SyncFlush));
        var append = Write(queue);
        Assert.Equal(0, append.QueueOffset);
        queue.Flush();
        Assert.Equal([AppendOutcome.Stored], append.Answers);
    }

    private static TestAppend Write(QueueScenario queue)
    {
        var append = TestAppend.Of("a");
        queue.Take(append);
        queue.State.Write();
        return append;
    }
}

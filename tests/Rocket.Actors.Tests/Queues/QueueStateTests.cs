using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class QueueStateTests
{
    private const int BatchBytes = 1 << 20;

    [Fact]
    public void The_first_append_of_a_batch_says_that_it_has_to_be_written_and_the_others_do_not()
    {
        using var queue = new QueueScenario();
        Assert.True(queue.Take(TestAppend.Of("a")));
        Assert.False(queue.Take(TestAppend.Of("b")));
        Assert.Equal(0, queue.Log.Watermarks.AppendedOffset);

        queue.State.Write();
        Assert.Equal(2, queue.Log.Watermarks.AppendedOffset);
        Assert.True(queue.Take(TestAppend.Of("c")));
    }

    [Fact]
    public void Appends_are_answered_when_they_are_written_in_their_order_and_get_dense_offsets()
    {
        using var queue = new QueueScenario();
        List<TestAppend> answered = [];
        TestAppend[] appends = [TestAppend.Of("a"), TestAppend.Of("b1", "b2", "b3"), TestAppend.Of("c")];
        foreach (var append in appends)
        {
            append.Answered = answered.Add;
            queue.Take(append);
        }

        Assert.Empty(answered);
        queue.State.Write();
        Assert.Equal(appends, answered);
        Assert.All(appends, append => Assert.Equal([AppendOutcome.Stored], append.Answers));
        Assert.Equal([0L, 1L, 4L], appends.Select(append => append.QueueOffset));
        Assert.Equal(["a", "b1", "b2", "b3", "c"], queue.Stored().Select(message => message.Body));
        Assert.Equal(0, queue.Handle.OutstandingBytes);
    }

    [Fact]
    public void The_buffer_goes_back_as_soon_as_its_records_are_in_the_batch()
    {
        using var queue = new QueueScenario();
        var append = TestAppend.Of("a");
        queue.Take(append);
        Assert.Throws<InvalidOperationException>(() => append.Buffer);
        Assert.True(queue.Handle.OutstandingBytes > 0);
    }

    [Fact]
    public void A_batch_that_has_grown_to_1_MiB_is_written_at_once()
    {
        using var queue = new QueueScenario();
        var small = TestAppend.Of("small");
        var large = TestAppend.Large(BatchBytes);
        queue.Take(small);
        queue.Take(large);
        Assert.Equal([AppendOutcome.Stored], small.Answers);
        Assert.Equal([AppendOutcome.Stored], large.Answers);

        // The next one begins a batch of its own.
        Assert.True(queue.Take(TestAppend.Of("next")));
        Assert.Equal(2, queue.Log.Watermarks.AppendedOffset);
    }

    [Fact]
    public void A_batch_that_its_first_append_fills_still_has_to_be_flushed()
    {
        using var queue = new QueueScenario(FlushDiskType.SyncFlush);
        var large = TestAppend.Large(BatchBytes);
        Assert.True(queue.Take(large));
        Assert.Empty(large.Answers);
        queue.State.Write();
        Assert.True(queue.State.WantsFlushNow);
        queue.Flush();
        Assert.Equal([AppendOutcome.Stored], large.Answers);
    }

    [Fact]
    public void Store_timestamps_follow_the_clock_and_never_go_back()
    {
        using var queue = new QueueScenario();
        var begin = ManualTime.Beginning.ToUnixTimeMilliseconds();
        WriteAt(ManualTime.Beginning);
        WriteAt(ManualTime.Beginning.AddSeconds(5));
        WriteAt(ManualTime.Beginning.AddSeconds(-100));
        Assert.Equal([begin, begin + 5000, begin + 5000], queue.Stored().Select(message => message.StoredAt));

        queue.Restart();
        WriteAt(ManualTime.Beginning.AddDays(-1));
        Assert.Equal(begin + 5000, queue.Stored()[^1].StoredAt);

        void WriteAt(DateTimeOffset now)
        {
            queue.Time.SetWallClock(now);
            queue.State.Take(TestAppend.Of("a").OfferedTo(queue.Handle));
            queue.State.Write();
        }
    }

    [Fact]
    public void A_write_that_fails_answers_the_whole_batch_once_and_nothing_of_it_is_visible()
    {
        using var queue = new QueueScenario();
        TestAppend[] appends = [TestAppend.Of("a"), TestAppend.Of("b")];
        queue.Take(appends[0]);
        queue.Take(appends[1]);
        queue.Faults.Write = DiskFaults.Of(".log");
        Assert.Throws<LogPoisonedException>(queue.State.Write);
        queue.State.Fail();
        Assert.All(appends, append => Assert.Equal([AppendOutcome.Unavailable], append.Answers));
        Assert.Equal(0, queue.Handle.VisibleOffset);
        Assert.Equal(0, queue.Handle.OutstandingBytes);

        queue.State.Fail();
        Assert.All(appends, append => Assert.Single(append.Answers));
    }

    [Fact]
    public void After_a_failed_write_the_queue_goes_on_with_the_recovered_log()
    {
        using var queue = new QueueScenario();
        Store(queue, "a");
        queue.Faults.Write = DiskFaults.Of(".log");
        queue.Take(TestAppend.Of("lost"));
        Assert.Throws<LogPoisonedException>(queue.State.Write);
        queue.State.Fail();

        queue.Faults.None();
        queue.Reopen();
        Assert.Equal(1, Store(queue, "b").QueueOffset);
        Assert.Equal(["a", "b"], queue.Stored().Select(message => message.Body));
    }

    [Fact]
    public void Records_of_a_failed_write_that_recovery_finds_whole_are_visible_and_wake_held_pulls()
    {
        using var queue = new QueueScenario();
        Store(queue, "a");
        var waiting = new TestPull(offset: 1);
        var ahead = new TestPull(offset: 2);
        queue.State.Hold(waiting);
        queue.State.Hold(ahead);
        queue.Faults.Write = DiskFaults.Of(".index");
        queue.Take(TestAppend.Of("written"));
        Assert.Throws<LogPoisonedException>(queue.State.Write);
        queue.State.Fail();
        Assert.Equal(0, waiting.Woken);

        queue.Faults.None();
        queue.Reopen();
        Assert.Equal(2, queue.Handle.VisibleOffset);
        Assert.Equal(1, waiting.Woken);
        Assert.Equal(0, ahead.Woken);
    }

    [Fact]
    public void An_append_that_finds_the_log_poisoned_is_answered()
    {
        using var queue = new QueueScenario(segmentSize: 2 * BatchBytes);
        queue.Faults.Write = DiskFaults.Of(".log");
        var large = TestAppend.Large(BatchBytes);
        Assert.Throws<LogPoisonedException>(() => queue.Take(large));
        queue.State.Fail();
        Assert.Equal([AppendOutcome.Unavailable], large.Answers);
    }

    [Fact]
    public void An_append_whose_batch_cannot_even_begin_is_answered()
    {
        using var queue = new QueueScenario();
        queue.Restart();
        Store(queue, "of a later epoch");
        using var late = new QueueState(queue.Handle, queue.Log, QueueScenario.Alone(queue.Log), epoch: 1, Cluster.TestSettings.ForBroker(), waitingPulls: 3, queue.Time);
        var append = TestAppend.Of("of an earlier epoch").OfferedTo(queue.Handle);
        Assert.Throws<ArgumentOutOfRangeException>(() => late.Take(append));
        late.Fail();
        Assert.Equal([AppendOutcome.Unavailable], append.Answers);
    }

    [Fact]
    public void A_pull_is_woken_by_a_record_that_it_accepts()
    {
        using var queue = new QueueScenario();
        var ofA = new TestPull(0, "A");
        var ofAny = new TestPull(0);
        queue.State.Hold(ofA);
        queue.State.Hold(ofAny);
        Assert.True(queue.State.HasDeadlines);

        queue.Take(TestAppend.Tagged("B"));
        queue.State.Write();
        Assert.Equal((0, 1), (ofA.Woken, ofAny.Woken));
        queue.Take(TestAppend.Tagged("B"));
        queue.Take(TestAppend.Tagged("A"));
        queue.State.Write();
        Assert.Equal((1, 1), (ofA.Woken, ofAny.Woken));
        Assert.False(queue.State.HasDeadlines);
    }

    [Fact]
    public void A_pull_that_missed_a_record_on_its_way_here_is_woken_at_once()
    {
        using var queue = new QueueScenario();
        Store(queue, "a");
        var late = new TestPull(0, "other");
        queue.State.Hold(late);
        Assert.Equal(1, late.Woken);
    }

    [Fact]
    public void The_end_of_the_queue_answers_appends_and_wakes_pulls()
    {
        var queue = new QueueScenario();
        var append = TestAppend.Of("a");
        var pull = new TestPull(0);
        queue.State.Hold(pull);
        queue.Take(append);
        queue.Dispose();
        Assert.Equal([AppendOutcome.Unavailable], append.Answers);
        Assert.Equal(1, pull.Woken);
    }

    private static TestAppend Store(QueueScenario queue, string body)
    {
        var append = TestAppend.Of(body);
        queue.Take(append);
        queue.State.Write();
        return append;
    }
}

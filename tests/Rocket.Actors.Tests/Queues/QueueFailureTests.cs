using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

/// <summary>What a queue does when its disk fails: under sync-flush, where most waits for it.</summary>
public sealed class QueueFailureTests() : QueueActorKit(FlushDiskType.SyncFlush)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public void A_write_error_refuses_sends_until_the_log_is_recovered_a_second_later()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        FailWrite();
        SendAndExpect(TestAppend.Of("refused at once"), AppendOutcome.Unavailable);

        Faults.None();
        Advance(Second - TimeSpan.FromMilliseconds(1));
        SendAndExpect(TestAppend.Of("still refused"), AppendOutcome.Unavailable);
        ExpectReopened(() => Advance(TimeSpan.FromMilliseconds(1)));
        Assert.Equal(1, SendAndExpect(TestAppend.Of("b"), AppendOutcome.Stored).QueueOffset);
    }

    [Fact]
    public void While_writing_fails_again_the_pauses_grow_and_after_a_success_they_begin_anew()
    {
        StartReady(0);
        FailWrite();
        foreach (var pause in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Settle();
            ExpectReopened(() => Advance(TimeSpan.FromMilliseconds(1)));
            FailWrite();
        }

        Faults.None();
        ExpectReopened(() => Advance(TimeSpan.FromSeconds(30)));
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        FailWrite();
        Faults.None();
        ExpectReopened(() => Advance(Second));
    }

    [Fact]
    public void A_log_that_cannot_be_opened_anew_is_tried_again()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        FailWrite();
        Faults.Open = _ => true;
        EventFilter.Error(contains: "cannot be recovered").ExpectOne(Patience, () => Advance(Second));
        SendAndExpect(TestAppend.Of("refused"), AppendOutcome.Unavailable);
        Faults.None();
        ExpectReopened(() => Advance(2 * Second));
        SendAndExpect(TestAppend.Of("b"), AppendOutcome.Stored);
    }

    [Fact]
    public void A_failed_fsync_is_final()
    {
        StartReady(0);
        Faults.Flush = DiskFaults.Of(".log");
        var append = TestAppend.Of("a");
        EventFilter.Error(contains: "start this node anew").ExpectOne(Patience, () => SendAndExpect(append, AppendOutcome.Unavailable));
        ExpectFinal();
        Assert.Equal(0, Handle.VisibleOffset);
    }

    [Fact]
    public void A_write_that_fails_because_an_fsync_did_is_final_too()
    {
        // The second segment may not begin before the first one's name is durable: the writer is the first to hear that it cannot be.
        StartReady(0);
        SendAndExpect(TestAppend.Large(3 << 20).WithoutWaiting(), AppendOutcome.Stored);
        SendAndExpect(TestAppend.Large(3 << 20).WithoutWaiting(), AppendOutcome.Stored);
        Faults.Sync = path => path.EndsWith(Id.ToString(), StringComparison.Ordinal);
        SendAndExpect(TestAppend.Large(3 << 20).WithoutWaiting(), AppendOutcome.Unavailable);
        ExpectFinal();
    }

    [Fact]
    public void A_flush_under_way_that_fails_after_a_write_did_is_final_too()
    {
        FailWriteDuringFlush();
        Advance(Second);
        Faults.Flush = DiskFaults.Of(".log");
        EventFilter.Error(contains: "start this node anew").ExpectOne(Patience, ReleaseFlushes);
        ExpectFinal();
    }

    [Fact]
    public void The_log_is_opened_anew_only_when_the_flush_that_was_under_way_has_ended()
    {
        FailWriteDuringFlush();
        Faults.None();
        for (var i = 0; i < 3; i++)
        {
            Advance(Second);
            SendAndExpect(TestAppend.Of("refused"), AppendOutcome.Unavailable);
        }

        ReleaseFlushes();
        ExpectReopened(() => AwaitAssert(() =>
        {
            Advance(Second);
            Settle();
            var append = Send(TestAppend.Of("again"));
            AwaitCondition(() => append.Answers.Count > 0, Patience);
            Assert.Equal(AppendOutcome.Stored, append.Outcome);
        }, Patience));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_a_write_error()
    {
        // A full disk: the records are on it, the file of sorted keys or the checkpoint is not.
        StartReady(0);
        SendAndExpect(TestAppend.Large(3 << 20), AppendOutcome.Stored);
        SendAndExpect(TestAppend.Large(3 << 20), AppendOutcome.Stored);
        Faults.Write = DiskFaults.Of(".new");
        EventFilter.Error(contains: "trying again in 1 s").ExpectOne(
            Patience, () => SendAndExpect(TestAppend.Large(3 << 20), AppendOutcome.Unavailable));
        Settle();
        Faults.None();
        ExpectReopened(() => Advance(Second));
    }

    [Fact]
    public void Appends_that_a_grant_lets_in_and_that_cannot_be_written_are_refused()
    {
        StartReady();
        TestAppend[] appends = [Send(TestAppend.Of("a")), Send(TestAppend.Large(1 << 20)), Send(TestAppend.Of("c"))];
        Metadata.ExpectMsg<MetadataProtocol.AssignOrdinal>(Patience);
        Settle();
        Faults.Write = DiskFaults.Of(".log");
        Queue.Tell(new QueueProtocol.OrdinalGranted(Id, 0));
        Assert.All(appends, append => ExpectAnswer(append, AppendOutcome.Unavailable));
        Settle(); // it is known then when it tries again

        Faults.None();
        ExpectReopened(() => Advance(Second));
        SendAndExpect(TestAppend.Of("d"), AppendOutcome.Stored);
        Assert.False(Metadata.HasMessages);
    }

    [Fact]
    public void A_message_that_fills_a_batch_alone_is_flushed_and_answered()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Large(1 << 20), AppendOutcome.Stored);
    }

    [Fact]
    public void A_send_behind_a_flush_that_hangs_is_answered_when_its_time_is_over()
    {
        StartReady(0);
        HoldFlushes();
        SendAndExpect(TestAppend.Of("hurried").WithoutWaiting(), AppendOutcome.Stored);
        Settle();
        Advance(TimeSpan.FromMilliseconds(50));
        var append = Send(TestAppend.Of("patient"));
        Settle();
        for (var i = 0; i < 11; i++)
        {
            Advance(TimeSpan.FromMilliseconds(500));
            Settle();
        }

        ExpectAnswer(append, AppendOutcome.FlushTimeout);
        ReleaseFlushes();
        Stop();
        Assert.Single(append.Answers);
    }

    [Fact]
    public void A_stop_answers_sends_that_wait_for_their_flush_as_stored()
    {
        StartReady(0);
        HoldFlushes();
        TestAppend[] appends = [Send(TestAppend.Of("a")), Send(TestAppend.Of("b"))];
        Settle();
        Queue.Tell(ShardProtocol.StopEntity.Instance);
        Settle();
        ReleaseFlushes();
        Assert.All(appends, append => ExpectAnswer(append, AppendOutcome.Stored));
        ExpectTerminated(Queue, Patience);
    }

    [Fact]
    public void A_stop_whose_flush_hangs_answers_sends_when_their_time_is_over()
    {
        StartReady(0);
        HoldFlushes();
        var append = Send(TestAppend.Of("a"));
        Settle();
        Queue.Tell(ShardProtocol.StopEntity.Instance);
        Settle();
        for (var i = 0; i < 10; i++)
        {
            Advance(TimeSpan.FromMilliseconds(500));
            Settle();
        }

        ExpectAnswer(append, AppendOutcome.FlushTimeout);
        ReleaseFlushes();
        ExpectTerminated(Queue, Patience);
    }

    [Fact]
    public void A_stop_whose_flush_fails_answers_sends_that_wait_as_refused_and_ends()
    {
        StartReady(0);
        Faults.Flush = DiskFaults.Of(".log");
        var append = TestAppend.Of("a");
        Send(append);
        Queue.Tell(ShardProtocol.StopEntity.Instance);
        ExpectAnswer(append, AppendOutcome.Unavailable);
        ExpectTerminated(Queue, Patience);
    }

    [Fact]
    public void An_unwritable_queue_holds_pulls_and_stops()
    {
        StartReady(0);
        FailWrite();
        var pull = Pull(0, patience: Second);
        Settle();
        Advance(Second / 2);
        Settle();
        Advance(Second / 2);
        Assert.Same(pull, ExpectMsg<TestPull>(Patience));
        Stop();
    }

    private void FailWrite()
    {
        Faults.Write = DiskFaults.Of(".log");
        SendAndExpect(TestAppend.Of("fails"), AppendOutcome.Unavailable);
        Settle();
    }

    /// <summary>A flush waits for the disk, and meanwhile a write fails.</summary>
    private void FailWriteDuringFlush()
    {
        StartReady(0);
        HoldFlushes();
        var flushing = Send(TestAppend.Of("is being flushed"));
        ExpectHeldFlush();
        Faults.Write = DiskFaults.Of(".log");
        var failing = Send(TestAppend.Of("fails"));
        ExpectAnswer(failing, AppendOutcome.Unavailable);
        ExpectAnswer(flushing, AppendOutcome.Unavailable);
    }

    private void ExpectReopened(Action action) => EventFilter.Info(contains: "is written again").ExpectOne(Patience, action);

    private void ExpectFinal()
    {
        Faults.None();
        Advance(Long);
        SendAndExpect(TestAppend.Of("refused for good"), AppendOutcome.Unavailable);
    }
}

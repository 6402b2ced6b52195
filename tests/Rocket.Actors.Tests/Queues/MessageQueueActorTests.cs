using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class MessageQueueActorTests : QueueActorKit
{
    [Fact]
    public void Sends_are_stored_in_their_order()
    {
        StartReady(0);
        TestAppend[] appends = [Send(TestAppend.Of("a")), Send(TestAppend.Of("b", "c")), Send(TestAppend.Of("d"))];
        Assert.All(appends, append => ExpectAnswer(append, AppendOutcome.Stored));
        Stop();
        Assert.Equal(["a", "b", "c", "d"], WithLog(TestMessage.In).Select(message => message.Body));
    }

    [Fact]
    public void The_first_record_asks_for_an_ordinal_once_and_waits_for_it()
    {
        StartReady();
        TestAppend[] appends = [Send(TestAppend.Of("a")), Send(TestAppend.Of("b"))];
        Assert.Equal(Id, Metadata.ExpectMsg<MetadataProtocol.AssignOrdinal>(Patience).Queue);
        ExpectNoAnswer();
        Assert.False(Metadata.HasMessages);

        Queue.Tell(new QueueProtocol.OrdinalGranted(Id, 8192));
        Assert.All(appends, append => ExpectAnswer(append, AppendOutcome.Stored));
        Assert.Equal(8192, PhysicalOffset.OrdinalOf(appends[0].Records[0].PhysicalOffset));
        Assert.True(Node.Broker(TestSettings.Broker).Directory.TryLocate(appends[1].Records[0].PhysicalOffset, out var located, out _));
        Assert.Same(Handle, located);
    }

    [Fact]
    public void Without_an_ordinal_left_sends_are_refused_and_the_next_one_asks_again()
    {
        StartReady();
        for (var i = 0; i < 2; i++)
        {
            var append = Send(TestAppend.Of("a"));
            Metadata.ExpectMsg<MetadataProtocol.AssignOrdinal>(Patience);
            Queue.Tell(new QueueProtocol.OrdinalRefused(Id));
            ExpectAnswer(append, AppendOutcome.Unavailable);
        }
    }

    [Fact]
    public void A_stop_flushes_marks_a_clean_stop_and_wakes_pulls()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        var pull = Pull(1);
        Queue.Tell(ShardProtocol.StopEntity.Instance);
        Assert.Same(pull, FishForMessage(message => message is TestPull, Patience));
        ExpectTerminated(Queue, Patience);
        Assert.True(WithLog(log => log.Recovery is { WasStoppedCleanly: true, TailBytes: 0 } && log.Watermarks.FlushedOffset == 1));
    }

    [Fact]
    public void What_comes_while_the_queue_closes_is_answered()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        HoldFlushes();
        Queue.Tell(ShardProtocol.StopEntity.Instance);
        SendAndExpect(TestAppend.Of("late"), AppendOutcome.Unavailable);
        var pull = Pull(1);
        Assert.Same(pull, ExpectMsg<TestPull>(Patience));
        ReleaseFlushes();
        ExpectTerminated(Queue, Patience);
        Assert.Equal(1, pull.Woken);
    }

    [Fact]
    public void What_reaches_a_queue_that_has_ended_is_answered()
    {
        Sys.ActorOf(Props.Create(() => new UnansweredActor()));
        StartReady(0);
        Stop();
        AwaitAssert(() => SendAndExpect(TestAppend.Of("late"), AppendOutcome.Unavailable), Patience);
        Assert.Same(Pull(0), ExpectMsg<TestPull>(Patience));
    }

    [Fact]
    public void A_damaged_log_is_reported_and_not_served()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        Stop();
        Disk.Directory("brokers").Directory(TestSettings.Broker).Directory("queues").Directory(Id.ToString()).Flip("00000000000000000000.log", 100);
        StartNext();
        Queue.Tell(Start(0), TestActor);
        Assert.Contains("damaged", ExpectMsg<QueueProtocol.QueueDamaged>(Patience).Reason, StringComparison.Ordinal);
        ExpectTerminated(Queue, Patience);
    }

    [Fact]
    public void A_log_with_records_of_a_later_epoch_is_reported_and_not_served()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        Stop();
        StartNext();
        Queue.Tell(Start(0) with { Epoch = 6 }, TestActor);
        Assert.Contains("epoch", ExpectMsg<QueueProtocol.QueueDamaged>(Patience).Reason, StringComparison.Ordinal);
        ExpectTerminated(Queue, Patience);
    }

    [Fact]
    public void A_log_that_cannot_be_opened_is_reported_and_may_be_tried_again()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        Stop();
        Faults.Open = _ => true;
        StartNext();
        Queue.Tell(Start(0), TestActor);
        Assert.Contains("Too many open files", ExpectMsg<QueueProtocol.QueueNotOpened>(Patience).Reason, StringComparison.Ordinal);
        ExpectTerminated(Queue, Patience);

        Faults.None();
        StartNext();
        StartReady(0);
        Assert.Equal(1, SendAndExpect(TestAppend.Of("b"), AppendOutcome.Stored).QueueOffset);
    }

    [Fact]
    public void A_start_that_is_told_again_is_answered_with_the_same_handle()
    {
        StartReady(0);
        Queue.Tell(Start(0), TestActor);
        Assert.Same(Handle, ExpectMsg<QueueProtocol.QueueReady>(Patience).Handle);
    }

    [Fact]
    public void A_start_by_the_brokers_next_incarnation_ends_a_queue_of_the_last_one()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        Queue.Tell(Start(0) with { Epoch = 8, Metadata = CreateTestProbe() }, TestActor);
        ExpectTerminated(Queue, Patience);
        Assert.True(WithLog(log => log.Recovery.WasStoppedCleanly));
    }

    [Fact]
    public void Written_records_are_flushed_within_the_flush_interval()
    {
        StartReady(0);
        SendAndExpect(TestAppend.Of("a"), AppendOutcome.Stored);
        Settle();
        ExpectFlush(() => Advance(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void Records_that_a_crash_left_unflushed_are_flushed_within_half_a_minute_without_a_further_send()
    {
        WithLog(log => AppendRecord(log, "left behind"));
        StartReady(0);
        ExpectFlush(() => Advance(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_pull_is_held_until_its_time_is_over()
    {
        StartReady(0);
        var pull = Pull(0, patience: TimeSpan.FromSeconds(1));
        Settle();
        Advance(TimeSpan.FromMilliseconds(500));
        Settle();
        Assert.Equal(0, pull.Woken);
        Advance(TimeSpan.FromMilliseconds(500));
        Assert.Same(pull, ExpectMsg<TestPull>(Patience));
    }

    [Fact]
    public void A_pull_is_woken_by_the_message_that_it_waits_for()
    {
        StartReady(0);
        var pull = Pull(0, "A");
        SendAndExpect(TestAppend.Tagged("B"), AppendOutcome.Stored);
        Settle();
        Assert.Equal(0, pull.Woken);
        SendAndExpect(TestAppend.Tagged("A"), AppendOutcome.Stored);
        Assert.Same(pull, ExpectMsg<TestPull>(Patience));
    }

    private void ExpectFlush(Action action)
    {
        Faults.BeforeFlush = name =>
        {
            if (name.EndsWith(".log", StringComparison.Ordinal))
            {
                TestActor.Tell("flushed");
            }
        };
        action();
        ExpectMsg("flushed", Patience);
    }

    private static LogPoint AppendRecord(RecordLog log, string body)
    {
        using var batch = new LogBatch();
        batch.Begin(log, 1);
        var message = batch.Add(TestMessage.Encode(body));
        Protocol.Messages.MessageWriter.Stamp(message, batch.LastOffset, batch.LastPosition, 1);
        batch.Seal(0, 1, []);
        log.Append(batch);
        return log.Watermarks.Appended;
    }
}

using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class ReplicaFollowingTests : ReplicaKit
{
    [Fact]
    public void A_new_copy_follows_and_gets_every_record_byte_by_byte()
    {
        var master = NewMaster();
        var log = master.Append(Queue, First, 100);

        var ends = master.Follow<Ends>(First);
        Assert.True(ends.IsLast);
        Assert.Empty(ends.Logs);
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)), maxBytes: 1000);

        var ack = master.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        Assert.Equal(master.SentBytes, ack.Taken);
        Crash();
        AssertSame(master);
    }

    [Fact]
    public void Acknowledgements_are_cumulative_and_speak_of_all_logs_of_a_burst()
    {
        var master = NewMaster();
        var one = master.Append(Queue, First, 50);
        var other = master.Append(OtherQueue, First, 50);
        master.Follow<Ends>(First);
        master.AlignAll(Queue, new LogEnd(-1, default));
        master.AlignAll(OtherQueue, new LogEnd(-1, default));

        master.SendRecords(Queue, default, maxBytes: 200);
        master.SendRecords(OtherQueue, default, maxBytes: 200);

        var (taken, count) = (0L, 0);
        while (taken < master.SentBytes)
        {
            var ack = master.Expect<Acknowledgement>();
            Assert.True(ack.Taken >= taken);
            (taken, count) = (ack.Taken, count + 1);
        }

        Assert.Equal(master.SentBytes, taken);
        Assert.True(count <= 102, $"{count} acknowledgements for 100 frames and 2 alignments");
        Crash();
        Assert.Equal(one.Watermarks.AppendedOffset, OnDisk().Count);
        Assert.Equal(other.Watermarks.AppendedOffset, OnDisk(OtherQueue).Count);
    }

    [Fact]
    public void A_copy_that_has_other_records_cuts_them_keeps_them_aside_and_goes_on_with_the_masters()
    {
        var former = Followed(First, records: 7);

        var next = NewMaster("node3");
        next.Append(Queue, First, 3);
        next.Append(Queue, Second, 2, "the next master's");
        var end = Assert.Single(next.Follow<Ends>(Second).Logs);
        Assert.Equal((Queue, First.Value, 7), (end.Name, end.End.LastEpoch, end.End.End.Offset));
        next.SendRecords(Queue, next.AlignAll(Queue, end.End));

        next.ExpectAck(Queue, ack => ack.Appended == next.Log(Queue).Watermarks.Appended);
        Assert.Contains("node3 leads the broker", former.ExpectBehindAcks<FollowRefused>().Reason, StringComparison.Ordinal);
        Assert.Equal(Second, former.Follow<FollowRefused>(First).Promised);
        Crash();
        AssertSame(next);
        var diverged = Assert.Single(Broker.Root.Directory(DataFolders.Diverged).ListDirectories());
        Assert.Equal($"{Queue}-cut-{next.Log(Queue).Reader.EndOfEpoch(First.Value).End.Position}", diverged);
    }

    [Fact]
    public void A_copy_that_lacks_what_the_master_has_dropped_begins_anew_at_its_minimum()
    {
        var former = Followed(First);
        var next = NewMaster("node3");
        var log = next.Append(Queue, Second, 200);
        log.DropSegmentsBefore(log.Watermarks.AppendedPosition);
        Assert.True(log.Watermarks.MinimumOffset > 3);

        var ends = next.Follow<Ends>(Second);
        next.SendRecords(Queue, next.AlignAll(Queue, Assert.Single(ends.Logs).End), minimum: log.Watermarks.Minimum);

        next.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        Assert.NotNull(former);
        Crash();
        AssertSame(next);
    }

    [Fact]
    public void The_master_waits_for_no_record_to_hear_what_is_flushed()
    {
        Followed(First, flushes: true).ExpectAck(Queue, ack => ack.Flushed == ack.Appended);
        var again = NewMaster("node3");
        again.Append(Queue, First, 3);

        var ends = again.Follow<Ends>(First, flushes: true);
        Assert.Equal(again.Log(Queue).Watermarks.Appended, again.AlignAll(Queue, Assert.Single(ends.Logs).End));

        var ack = again.ExpectAck(Queue, ack => ack.Flushed == ack.Appended);
        Assert.Equal(again.Log(Queue).Watermarks.Appended, Assert.Single(ack.Logs).Flushed);
    }

    [Fact]
    public void What_is_appended_while_a_flush_runs_is_acknowledged_and_flushed_by_the_next_one()
    {
        var master = NewMaster();
        var log = master.Append(Queue, First, 3);
        master.Follow<Ends>(First, flushes: true);
        HoldFlushes(".log");
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)));
        ExpectHeldFlush();
        var before = log.Watermarks.Appended;
        master.Append(Queue, First, 3);

        master.SendRecords(Queue, before);

        var ack = master.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        Assert.Equal(default, Assert.Single(ack.Logs).Flushed);
        ReleaseFlushes();
        master.ExpectAck(Queue, ack => ack.Flushed == log.Watermarks.Appended);
    }

    [Fact]
    public void Without_sync_flush_the_copy_flushes_in_the_background()
    {
        var master = Followed(First);

        master.ExpectAck(Queue, ack => ack.Flushed == master.Log(Queue).Watermarks.Appended);
    }

    [Fact]
    public void A_cut_waits_for_the_flush_that_runs()
    {
        Followed(First, records: 5, flushes: true).ExpectAck(Queue, ack => ack.Flushed == ack.Appended);
        var next = NewMaster("node3");
        next.Append(Queue, First, 5);
        var end = Assert.Single(next.Follow<Ends>(Second, flushes: true).Logs).End;
        Assert.Equal(end.End, next.AlignAll(Queue, end));
        HoldFlushes(".log");
        next.Append(Queue, Second, 1);
        next.SendRecords(Queue, end.End);
        ExpectHeldFlush();

        next.SendAlign(Queue, new LogAlignment.Cut(new EpochEnd(First.Value, end.End)));
        Settle();
        Assert.True(Broker.Copies.TryGet(Queue, out var copy));
        Assert.Equal(6, copy.Reader.ReadIndex(0, new IndexEntry[10]));
        ReleaseFlushes();

        Assert.Equal(end, next.ExpectBehindAcks<LogEnded>().End);
    }

    [Fact]
    public void Readers_see_what_the_master_shows_and_no_further()
    {
        var master = Followed(First, records: 5);
        Assert.True(Broker.Copies.TryGet(Queue, out var copy));
        Assert.Equal(-1, copy.VisibleOffset);

        master.SendMarks(Queue, 4, new LogPoint(0, 0));
        Settle();
        Assert.Equal((4, 0), (copy.VisibleOffset, copy.MinimumOffset));
        master.SendMarks(Queue, 9, new LogPoint(10, 2));
        Settle();

        Assert.Equal((5, 2), (copy.VisibleOffset, copy.MinimumOffset));
        Assert.Equal([Queue], Broker.Copies.Logs);
        Crash();
        Assert.Empty(Broker.Copies.Logs);
    }

    [Fact]
    public void Segments_that_the_master_has_dropped_are_dropped_here()
    {
        var master = NewMaster();
        var log = master.Append(Queue, First, 100_000, new string('x', 200));
        master.Follow<Ends>(First);
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)), maxBytes: 4 << 20);
        master.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        Assert.True(Broker.Copies.TryGet(Queue, out var copy));
        Assert.Equal(0, copy.MinimumOffset);

        master.SendMarks(Queue, -1, log.Segments[^1].First);
        AwaitAssert(() => Assert.Throws<OffsetBelowMinimumException>(() => copy.Reader.ReadIndex(0, new IndexEntry[1])), Patience);

        Assert.Equal(log.Segments[^1].First.Offset, copy.MinimumOffset);
    }

    [Fact]
    public void Every_name_that_no_log_has_ends_the_session()
    {
        foreach (var name in new[] { "", "..", "../../etc@1", "a/b@1", "TopicTest", "TopicTest@-1", "fence" })
        {
            var master = NewMaster($"master-{Guid.NewGuid():N}");
            master.Follow<Ends>(First);
            master.SendAlign(name, new LogAlignment.StartAt(default));
            Assert.Contains("no log of a broker is called", master.Expect<FollowRefused>().Reason, StringComparison.Ordinal);
        }

        Assert.Empty(Broker.QueueFolders);
    }

    [Fact]
    public void A_node_that_stops_marks_its_copies_as_stopped_cleanly()
    {
        var master = Followed(First);

        Replica.Tell(ReplicaProtocol.StopReplica.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.ReplicaStopped>(Patience);

        master.ExpectBehindAcks<Leaves>();
        master.ExpectBehindAcks<FollowRefused>();
        Assert.True(Broker.Leases.IsEmpty);
        Assert.True(QueueId.TryParseFolder(Queue, out var queue));
        using (var log = Broker.OpenQueueLog(queue, _ => { }))
        {
            Assert.True(log.Recovery.WasStoppedCleanly);
            Assert.Equal(0, log.Recovery.TailBytes);
        }

        Assert.Equal("the node stops", master.Follow<FollowRefused>(Second).Reason);
    }

    [Fact]
    public void The_copy_goes_on_where_it_was_after_a_crash()
    {
        var master = Followed(First);
        Crash();
        Start();

        var again = NewMaster();
        var log = again.Append(Queue, First, 8);
        var end = Assert.Single(again.Follow<Ends>(First).Logs).End;

        Assert.Equal(3, end.End.Offset);
        again.SendRecords(Queue, again.AlignAll(Queue, end));
        again.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        Assert.NotNull(master);
    }
}

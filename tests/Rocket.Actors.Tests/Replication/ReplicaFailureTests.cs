using Akka.Actor;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class ReplicaFailureTests : ReplicaKit
{
    [Fact]
    public void A_master_of_an_earlier_epoch_is_refused_also_after_a_crash()
    {
        Followed(Second);
        var former = NewMaster("node3");
        Assert.Equal(Second, former.Follow<FollowRefused>(First).Promised);
        Crash();
        Start();

        Assert.Equal(Second, NewMaster("node4").Follow<FollowRefused>(First).Promised);
    }

    [Fact]
    public void A_fence_that_cannot_be_written_promises_nothing()
    {
        var master = NewMaster();
        Faults.Write = DiskFaults.Of("fence@new");

        var refused = master.Follow<FollowRefused>(First);

        Assert.Equal(Epoch.None, refused.Promised);
        Faults.None();
        master.Follow<Ends>(First);
    }

    [Fact]
    public void With_a_damaged_fence_nobody_is_followed_and_nothing_is_lent()
    {
        NewMaster().Follow<Ends>(First);
        Crash();
        Disk.Directory("brokers").Directory("broker-a").Flip("fence", 9);
        EventFilter.Error(contains: "is not used").ExpectOne(Start);

        Assert.Contains("fence", NewMaster("node3").Follow<FollowRefused>(Second).Reason, StringComparison.Ordinal);
        Replica.Tell(ReplicaProtocol.Borrow.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.NotLent>(Patience);
    }

    [Fact]
    public void Records_of_a_later_epoch_than_their_master_has_end_the_session()
    {
        var master = Followed(First);
        var log = master.Log(Queue);
        var before = log.Watermarks.Appended;
        TestMaster.Append(log, Second, 1, "of nobody's epoch");

        master.SendRecords(Queue, before);

        Assert.Contains("epoch", master.ExpectBehindAcks<FollowRefused>().Reason, StringComparison.Ordinal);
        Crash();
        Assert.Equal(3, OnDisk().Count);
    }

    [Fact]
    public void Records_that_leave_a_gap_or_were_damaged_on_the_way_end_the_session()
    {
        var master = Followed(First);
        var before = master.Log(Queue).Watermarks.Appended;
        master.Append(Queue, First, 1);
        using (var reader = new RecordRunReader(master.Log(Queue).Reader, MessageRecordIndexer.Instance))
        {
            var run = reader.Read(before, 1000);
            byte[] records = [.. run.Records];
            records[^1] ^= 1;
            master.SendRun(Queue, new RecordRun(run.First, run.Count, records, run.IndexEntries, run.KeyEntries));
        }

        Assert.Contains("damaged", master.ExpectBehindAcks<FollowRefused>().Reason, StringComparison.Ordinal);

        var end = Assert.Single(master.Follow<Ends>(First).Logs).End;
        Assert.Equal(before, end.End);
        master.AlignAll(Queue, end);
        var second = master.Log(Queue).Watermarks.Appended;
        master.Append(Queue, First, 1);
        master.SendRecords(Queue, second);

        Assert.Contains("begins at", master.ExpectBehindAcks<FollowRefused>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_for_a_log_that_was_not_aligned_end_the_session()
    {
        var master = Followed(First);
        master.SendAlign(Queue, new LogAlignment.Aligned(default));
        Assert.Equal(3, master.ExpectBehindAcks<LogEnded>().End.End.Offset);

        master.SendRecords(Queue, default);

        Assert.Contains("not aligned", master.ExpectBehindAcks<FollowRefused>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_reported_once_and_the_others_go_on()
    {
        var master = Followed(First);
        var other = master.Append(OtherQueue, First, 1);
        master.AlignAll(OtherQueue, new LogEnd(-1, default));
        Faults.Write = DiskFaults.Of("0.log");
        var before = master.Log(Queue).Watermarks.Appended;
        master.Append(Queue, First, 2);

        EventFilter.Error(contains: "is not written any more").ExpectOne(() =>
        {
            master.SendRecords(Queue, before, maxBytes: 1);
            Settle();
        });

        Assert.Equal(10, master.ExpectBehindAcks<LogFailed>().Log);
        Faults.None();
        master.SendRecords(OtherQueue, default);
        var ack = master.ExpectAck(OtherQueue, ack => ack.Appended == other.Watermarks.Appended);
        Assert.Equal(master.SentBytes, ack.Taken);

        // The next session opens it anew.
        var ends = master.Follow<Ends>(First);
        var end = ends.Logs.Single(log => log.Name == Queue).End;
        Assert.Equal(3, end.End.Offset);
        master.SendRecords(Queue, master.AlignAll(Queue, end));
        master.ExpectAck(Queue, ack => ack.Appended == master.Log(Queue).Watermarks.Appended);
    }

    [Fact]
    public void A_log_whose_fsync_failed_is_not_trusted_before_the_process_starts_anew()
    {
        var master = NewMaster();
        master.Append(Queue, First, 3);
        master.Follow<Ends>(First, flushes: true);
        Faults.Flush = DiskFaults.Of(".log");

        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)));
        master.ExpectBehindAcks<LogFailed>();
        Faults.None();

        Assert.Empty(master.Follow<Ends>(First).Logs);
        master.SendAlign(Queue, new LogAlignment.Aligned(default));
        Assert.Contains("fsync", master.ExpectBehindAcks<LogFailed>().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_log_is_left_alone_and_reported_and_the_others_are_copied()
    {
        var master = Followed(First);
        var other = master.Append(OtherQueue, First, 3);
        master.SendRecords(OtherQueue, master.AlignAll(OtherQueue, new LogEnd(-1, default)));
        master.ExpectAck(OtherQueue, ack => ack.Appended == other.Watermarks.Appended);
        Replica.Tell(ReplicaProtocol.StopReplica.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.ReplicaStopped>(Patience);
        Crash();
        var folder = Disk.Directory("brokers").Directory("broker-a").Directory("queues").Directory(Queue);
        folder.Delete(folder.ListFiles().First(file => file.EndsWith(".log", StringComparison.Ordinal)));
        Start();

        var again = NewMaster();
        again.Append(OtherQueue, First, 3);
        var end = Assert.Single(again.Follow<Ends>(First).Logs);
        Assert.Equal((OtherQueue, 3), (end.Name, end.End.End.Offset));
        again.SendAlign(Queue, new LogAlignment.Aligned(default));

        Assert.Contains("Restore", again.Expect<LogFailed>().Reason, StringComparison.Ordinal);
        again.AlignAll(OtherQueue, end.End);
        again.ExpectAck(OtherQueue, ack => ack.Appended.Offset == 3);
    }

    [Fact]
    public void A_session_ends_with_its_connection_and_the_next_one_goes_on()
    {
        var master = Followed(First);
        master.ExpectAck(Queue, ack => ack.Flushed == ack.Appended);
        master.Connection.Abort("the cable was cut");
        master.Append(Queue, First, 2);
        master.Connect();

        var end = Assert.Single(master.Follow<Ends>(First).Logs).End;

        Assert.Equal(3, end.End.Offset);
        master.SendRecords(Queue, master.AlignAll(Queue, end));
        master.ExpectAck(Queue, ack => ack.Appended == master.Log(Queue).Watermarks.Appended);
    }

    [Fact]
    public void Frames_of_a_session_that_is_over_are_dropped()
    {
        var master = Followed(First);
        var old = master.Session;
        var end = Assert.Single(master.Follow<Ends>(First).Logs).End;
        master.AlignAll(Queue, end);

        master.Send(new Marks(old, 10, 3, default));
        master.Send(new Align(old, 10, OtherQueue, new LogAlignment.StartAt(default)));
        master.Send(new Marks(old + 1000, 10, 3, default));
        Settle();

        Assert.True(master.Connection.IsOpen);
        Assert.True(Broker.Copies.TryGet(Queue, out var copy));
        Assert.Equal(-1, copy.VisibleOffset);
        Assert.False(Broker.Copies.TryGet(OtherQueue, out _));
    }

    [Theory]
    [InlineData(LinkKind.ReplicationControl, "0199")]
    [InlineData(LinkKind.RecordBatch, "0100")]
    [InlineData(LinkKind.ReplicationAck, "01000000000000000100")]
    public void Garbage_ends_the_link(LinkKind kind, string hex)
    {
        var master = Followed(First);

        master.Connection.Send(LinkFrame.Copy(kind, Convert.FromHexString(hex)));

        Assert.NotNull(master.CopysEnd.AbortReason);
        Settle();
        Assert.True(Broker.Copies.TryGet(Queue, out _));
    }

    [Fact]
    public void A_master_of_a_broker_that_is_not_held_here_is_refused() =>
        Assert.Contains("no copy of broker-z", NewMaster().Follow<FollowRefused>(First, broker: "broker-z").Reason, StringComparison.Ordinal);

    [Fact]
    public void A_link_that_takes_no_answer_ends_since_the_master_would_wait_for_ever()
    {
        var master = NewMaster();
        master.CopysEnd.IsFull = true;

        master.SendFollow(First);
        Settle();

        Assert.NotNull(master.Connection.AbortReason);
    }
}

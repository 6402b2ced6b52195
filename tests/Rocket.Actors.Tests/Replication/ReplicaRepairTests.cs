using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>A log of a copy is of no use: out of the set it is set aside and fetched anew, in the set it is left alone.</summary>
public sealed class ReplicaRepairTests : ReplicaKit
{
    private MemoryDirectory Folder => Disk.Directory("brokers").Directory("broker-a");

    private MemoryDirectory QueueFolder => Folder.Directory("queues").Directory(Queue);

    [Fact]
    public void A_log_with_a_damaged_record_is_set_aside_and_fetched_anew()
    {
        FollowAndStop(records: 3);
        var segment = Segments().Single();
        QueueFolder.Flip(segment, Length(segment) - 2);
        Start();
        ExpectFetchedAnew(records: 5);
        Assert.Equal(["TopicTest@0-damaged-1"], Folder.Directory("diverged").ListDirectories());
        Assert.Contains(segment, Folder.Directory("diverged").Directory("TopicTest@0-damaged-1").ListFiles());
    }

    [Fact]
    public void A_log_without_a_segment_in_its_middle_is_set_aside_and_fetched_anew()
    {
        FollowAndStop(records: 5, body: new string('x', 3 << 20));
        Assert.InRange(Segments().Count, 2, 5);
        QueueFolder.Delete(Segments()[1]);
        Start();
        ExpectFetchedAnew(records: 6);
    }

    [Fact]
    public void A_log_whose_fsync_failed_is_fetched_anew_once_and_not_a_second_time_before_the_process_starts_anew()
    {
        var master = Followed(First);
        FailFlush(master);

        Assert.Empty(master.Follow<Ends>(First, flushes: true, mayReplace: true).Logs);
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)));
        master.ExpectAck(Queue, ack => ack.Flushed == master.Log(Queue).Watermarks.Appended);
        Assert.Equal(["TopicTest@0-damaged-1"], Folder.Directory("diverged").ListDirectories());

        FailFlush(master);
        Assert.Empty(master.Follow<Ends>(First, flushes: true, mayReplace: true).Logs);
        master.SendAlign(Queue, new LogAlignment.Aligned(default));
        Assert.Contains("fetched anew before", master.ExpectBehindAcks<LogFailed>().Reason, StringComparison.Ordinal);
        Assert.Equal(["TopicTest@0-damaged-1"], Folder.Directory("diverged").ListDirectories());
    }

    [Fact]
    public void A_log_that_the_master_of_this_node_could_not_use_is_fetched_anew_although_it_can_be_opened()
    {
        FollowAndStop(records: 3);
        Start();
        Broker.Distrusted.Note(Queue, "its events make no sense");
        ExpectFetchedAnew(records: 4);
        Assert.False(Broker.Distrusted.TryGet(Queue, out _));
    }

    [Fact]
    public void A_log_that_cannot_be_set_aside_is_reported_and_left_as_it_is()
    {
        FollowAndStop(records: 3);
        var segment = Segments().Single();
        QueueFolder.Flip(segment, Length(segment) - 2);
        Start();
        var master = NewMaster();
        master.Append(Queue, First, 3);
        Assert.Empty(master.Follow<Ends>(First, mayReplace: true).Logs);
        Faults.Write = DiskFaults.Of("0.log");
        master.SendAlign(Queue, new LogAlignment.Aligned(default));
        master.ExpectBehindAcks<LogFailed>();
        Assert.Equal([segment], Segments());
        Faults.None();
        ExpectFetchedAnew(records: 3);
    }

    private void FollowAndStop(int records, string body = "a message")
    {
        var master = NewMaster();
        var log = master.Append(Queue, First, records, body);
        master.Follow<Ends>(First);
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)), maxBytes: 1);
        master.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        Replica.Tell(ReplicaProtocol.StopReplica.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.ReplicaStopped>(Patience);
        Crash();
    }

    private void ExpectFetchedAnew(int records)
    {
        var master = NewMaster("node3");
        var log = master.Append(Queue, First, records);
        Assert.Empty(master.Follow<Ends>(First, mayReplace: true).Logs);
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)));
        master.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        Crash();
        AssertSame(master);
    }

    private void FailFlush(TestMaster master)
    {
        Faults.Flush = DiskFaults.Of(".log");
        var before = master.Log(Queue).Watermarks.Appended;
        master.Append(Queue, First, 1);
        master.SendRecords(Queue, before);
        master.ExpectBehindAcks<LogFailed>();
        Faults.None();
    }

    private List<string> Segments() => [.. QueueFolder.ListFiles().Where(file => file.EndsWith(".log", StringComparison.Ordinal))];

    private long Length(string file)
    {
        using var opened = QueueFolder.Open(file, StorageFileMode.OpenExisting);
        return opened.Length;
    }
}

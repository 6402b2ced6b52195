using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>A copy whose machine ended while records of it were in memory alone.</summary>
public sealed class ReplicaPowerTests : ReplicaKit
{
    private PowerMark? Mark => PowerFile.Read(Disk.Directory("brokers").Directory("broker-a"));

    [Fact]
    public void It_tells_how_much_it_has_and_is_doubtful_until_its_master_says_that_it_holds_all()
    {
        var end = Followed(First).Log(Queue).Watermarks.Appended;
        EndMachine();
        Assert.Equal(new CopyDoubt(First.Value, end.Position), Broker.Doubt);

        // Neither another start nor a master that is followed is enough.
        Crash();
        Start();
        var master = NewMaster();
        master.Append(Queue, First, 5);
        var ends = master.Follow<Ends>(First);
        master.SendRecords(Queue, master.AlignAll(Queue, Assert.Single(ends.Logs).End));
        master.ExpectAck(Queue, ack => ack.Appended == master.Log(Queue).Watermarks.Appended);
        Assert.NotNull(Broker.Doubt);

        master.Send(new HoldsAll(master.Session));
        Settle();
        Assert.Null(Broker.Doubt);
        Crash();
        Start();
        Assert.Null(Broker.Doubt);
    }

    [Fact]
    public void A_word_of_a_session_that_is_over_ends_no_doubt()
    {
        Followed(First);
        EndMachine();
        var master = NewMaster();
        master.Follow<Ends>(First);
        var former = master.Session;
        master.Follow<Ends>(First);
        master.Send(new HoldsAll(former));
        Settle();
        Assert.NotNull(Broker.Doubt);
    }

    [Fact]
    public void Who_leads_with_it_has_what_there_is()
    {
        Followed(First);
        EndMachine();
        Replica.Tell(ReplicaProtocol.Borrow.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.Lent>(Patience);
        Assert.NotNull(Broker.Doubt);
        Replica.Tell(ReplicaProtocol.Leads.Instance, TestActor);
        Settle();
        Assert.Null(Broker.Doubt);
        Assert.Equal(CopyUse.WrittenBehind, Mark!.Use);
    }

    [Fact]
    public void A_stop_in_order_is_marked_once_all_is_on_the_disk()
    {
        Followed(First);
        Assert.Equal(new PowerMark(BootId, CopyUse.WrittenBehind), Mark);
        Replica.Tell(ReplicaProtocol.StopReplica.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.ReplicaStopped>(Patience);
        Assert.Equal(new PowerMark(BootId, CopyUse.Stopped), Mark);
        EndMachine();
        Assert.Null(Broker.Doubt);
    }

    [Fact]
    public void A_stop_that_could_not_flush_is_not()
    {
        Followed(First);
        Faults.Flush = DiskFaults.Of(".log");
        Replica.Tell(ReplicaProtocol.StopReplica.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.ReplicaStopped>(Patience);
        Assert.Equal(CopyUse.WrittenBehind, Mark!.Use);
    }

    [Fact]
    public void A_folder_whose_use_cannot_be_marked_is_neither_followed_nor_lent()
    {
        Faults.Write = DiskFaults.Of("power@new");
        NewMaster().Follow<FollowRefused>(First);
        Replica.Tell(ReplicaProtocol.Borrow.Instance, TestActor);
        Settle();
        Assert.Null(Mark);

        Faults.None();
        Replica.Tell(ReplicaProtocol.Borrow.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.Lent>(Patience);
        Assert.NotNull(Mark);
    }

    private void EndMachine()
    {
        Crash();
        BootId = Guid.NewGuid();
        Start();
    }
}

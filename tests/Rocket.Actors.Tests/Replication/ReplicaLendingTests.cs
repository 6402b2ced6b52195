using Akka.Actor;
using Akka.TestKit;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class ReplicaLendingTests : ReplicaKit
{
    [Fact]
    public void A_borrower_gets_the_folder_with_every_log_closed_and_nobody_is_followed_meanwhile()
    {
        var master = Followed(First);

        var borrower = Borrow(First);

        Assert.True(Broker.Leases.IsEmpty);
        Assert.Empty(Broker.Copies.Logs);
        master.ExpectBehindAcks<FollowRefused>();
        AssertSame(master);
        Assert.NotNull(borrower);
    }

    [Fact]
    public void The_folder_is_lent_only_when_no_flush_runs_any_more()
    {
        var master = NewMaster();
        master.Append(Queue, First, 3);
        master.Follow<Ends>(First, flushes: true);
        HoldFlushes(".log");
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)));
        ExpectHeldFlush();
        var borrower = CreateTestProbe();

        Replica.Tell(ReplicaProtocol.Borrow.Instance, borrower);
        Settle();
        Assert.False(borrower.HasMessages);
        ReleaseFlushes();

        borrower.ExpectMsg<ReplicaProtocol.Lent>(Patience);
        Assert.True(Broker.Leases.IsEmpty);
    }

    [Fact]
    public void Only_who_has_the_folder_can_have_it_fenced()
    {
        Replica.Tell(new ReplicaProtocol.Fence(First), TestActor);
        ExpectMsg<ReplicaProtocol.NotFenced>(Patience);
        var borrower = Borrow(Epoch.None);
        Replica.Tell(new ReplicaProtocol.Fence(First), TestActor);
        ExpectMsg<ReplicaProtocol.NotFenced>(Patience);

        Assert.Equal(Second, Fence<ReplicaProtocol.Fenced>(borrower, Second).Epoch);

        Assert.Contains(Second.ToString(), Fence<ReplicaProtocol.NotFenced>(borrower, First).Reason, StringComparison.Ordinal);
        Assert.Equal(Second, NewMaster().Follow<FollowRefused>(First).Promised);
        Crash();
        Start();
        Assert.Equal(Second, NewMaster("node3").Follow<FollowRefused>(First).Promised);
    }

    [Fact]
    public void A_fence_that_the_disk_refuses_is_none()
    {
        var borrower = Borrow(Epoch.None);
        Faults.Write = DiskFaults.Of("fence@new");

        Fence<ReplicaProtocol.NotFenced>(borrower, First);

        Faults.None();
        Fence<ReplicaProtocol.Fenced>(borrower, First);
    }

    [Fact]
    public void A_later_master_claims_the_folder_and_is_answered_once_it_is_back()
    {
        var borrower = Borrow(Epoch.None);
        Fence<ReplicaProtocol.Fenced>(borrower, First);
        var log = OpenQueue();
        var master = NewMaster();

        master.SendFollow(Second);
        var claimed = borrower.ExpectMsg<ReplicaProtocol.Claimed>(Patience);
        Assert.Equal(("node2", Second), (claimed.Master, claimed.Epoch));
        Settle();
        master.ExpectNothing();
        Replica.Tell(ReplicaProtocol.GiveBack.Instance, borrower);
        Settle();
        master.ExpectNothing(); // a queue has its log open still
        log.Dispose();

        Assert.True(master.Expect<Ends>().IsLast);
        Assert.Equal(Second, NewMaster("node3").Follow<FollowRefused>(First).Promised);
    }

    [Fact]
    public void A_borrower_that_crashes_returns_the_folder_once_its_queues_have_closed_their_logs()
    {
        var borrower = Borrow(Epoch.None);
        var log = OpenQueue();
        var master = NewMaster();
        master.SendFollow(Second);
        borrower.ExpectMsg<ReplicaProtocol.Claimed>(Patience);

        Sys.Stop(borrower);
        var next = CreateTestProbe();
        Replica.Tell(ReplicaProtocol.Borrow.Instance, next);
        Settle();
        Assert.False(next.HasMessages);
        log.Dispose();

        next.ExpectMsg<ReplicaProtocol.Lent>(Patience);
        Assert.Equal(Second, next.ExpectMsg<ReplicaProtocol.Claimed>(Patience).Epoch);
        Sys.Stop(next);
        master.Expect<Ends>();
    }

    [Fact]
    public void The_next_borrower_may_ask_before_it_is_known_that_the_one_before_has_ended()
    {
        var borrower = Borrow(Epoch.None);
        var next = CreateTestProbe();
        Replica.Tell(ReplicaProtocol.Borrow.Instance, next);
        Settle();
        Assert.False(next.HasMessages);

        Sys.Stop(borrower);

        next.ExpectMsg<ReplicaProtocol.Lent>(Patience);
        Fence<ReplicaProtocol.Fenced>(next, First);
    }

    [Fact]
    public void A_borrower_that_ends_before_it_gets_the_folder_does_not_keep_it()
    {
        var master = NewMaster();
        master.Append(Queue, First, 3);
        master.Follow<Ends>(First, flushes: true);
        HoldFlushes(".log");
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)));
        ExpectHeldFlush();
        var borrower = CreateTestProbe();
        Replica.Tell(ReplicaProtocol.Borrow.Instance, borrower);
        Settle();
        Sys.Stop(borrower);
        master.ExpectBehindAcks<FollowRefused>();
        master.SendFollow(First);
        ReleaseFlushes();

        Assert.Equal(3, Assert.Single(master.ExpectBehindAcks<Ends>().Logs).End.End.Offset);
    }

    [Fact]
    public void A_node_that_stops_lends_to_nobody_and_waits_for_no_borrower()
    {
        var borrower = Borrow(Epoch.None);
        var next = CreateTestProbe();
        Replica.Tell(ReplicaProtocol.Borrow.Instance, next);

        Replica.Tell(ReplicaProtocol.StopReplica.Instance, TestActor);
        ExpectMsg<ReplicaProtocol.ReplicaStopped>(Patience);
        Replica.Tell(ReplicaProtocol.GiveBack.Instance, borrower);

        next.ExpectMsg<ReplicaProtocol.NotLent>(Patience);
        Replica.Tell(ReplicaProtocol.Borrow.Instance, borrower);
        borrower.ExpectMsg<ReplicaProtocol.NotLent>(Patience);
    }

    [Fact]
    public void A_replica_that_crashes_remembers_whom_it_has_lent_the_folder_to()
    {
        var supervisor = Sys.ActorOf(Props.Create(() => new Supervisor(ReplicaActor.Props(Node, Broker))));
        supervisor.Tell("which", TestActor);
        var replica = ExpectMsg<IActorRef>(Patience);
        Crash();
        Node.Replication.Register(Rocket.Actors.Tests.Cluster.TestSettings.Broker, replica);
        var borrower = CreateTestProbe();
        replica.Tell(ReplicaProtocol.Borrow.Instance, borrower);
        borrower.ExpectMsg<ReplicaProtocol.Lent>(Patience);

        EventFilter.Exception<ActorKilledException>().ExpectOne(() => replica.Tell(Kill.Instance));
        var master = NewMaster();
        master.SendFollow(First);

        borrower.ExpectMsg<ReplicaProtocol.Claimed>(Patience);
        replica.Tell(new ReplicaProtocol.Fence(Second), borrower);
        borrower.ExpectMsg<ReplicaProtocol.Fenced>(Patience);
        Sys.Stop(borrower);
        Assert.Equal(Second, master.Expect<FollowRefused>().Promised);
    }

    [Fact]
    public void Nobody_is_followed_while_somebody_writes_here_who_has_not_asked()
    {
        var log = OpenQueue();
        var master = NewMaster();
        master.SendFollow(First);
        Settle();
        master.ExpectNothing();

        log.Dispose();

        master.Expect<Ends>();
    }

    [Fact]
    public void A_log_has_one_owner_at_a_time()
    {
        var log = OpenQueue();
        Assert.Equal([Queue], Broker.Leases.Taken);
        Assert.Throws<LogInUseException>(OpenQueue);
        Assert.Throws<LogInUseException>(() => Broker.Logs(_ => { }).StartAnew(Queue, default, keep: false));

        log.Dispose();
        log.Dispose();

        using (var next = OpenQueue())
        {
            Assert.Equal(1, Broker.Leases.Count);
            TestMaster.Append(next, First, 1, "a message");
        }

        Faults.Open = DiskFaults.Of(".log");
        Assert.Throws<IOException>(OpenQueue);
        Assert.True(Broker.Leases.IsEmpty);
    }

    [Fact]
    public void A_poisoned_log_may_be_opened_anew_by_its_owner_before_it_is_closed()
    {
        var poisoned = OpenQueue();
        Faults.Write = DiskFaults.Of(".log");
        Assert.Throws<LogPoisonedException>(() => TestMaster.Append(poisoned, First, 1, "lost"));
        Faults.None();

        using var log = OpenQueue();

        Assert.Equal(2, Broker.Leases.Count);
        poisoned.Dispose();
        Assert.Equal(1, Broker.Leases.Count);
    }

    private TestProbe Borrow(Epoch promised)
    {
        var borrower = CreateTestProbe();
        Replica.Tell(ReplicaProtocol.Borrow.Instance, borrower);
        Assert.Equal(promised, borrower.ExpectMsg<ReplicaProtocol.Lent>(Patience).Promised);
        return borrower;
    }

    private T Fence<T>(TestProbe borrower, Epoch epoch)
    {
        Replica.Tell(new ReplicaProtocol.Fence(epoch), borrower);
        return borrower.ExpectMsg<T>(Patience);
    }

    private RecordLog OpenQueue()
    {
        Assert.True(QueueId.TryParseFolder(Queue, out var queue));
        return Broker.OpenQueueLog(queue, _ => { });
    }

    private sealed class Supervisor(Props child) : UntypedActor
    {
        private readonly IActorRef _child = Context.ActorOf(child);

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Restart);

        protected override void OnReceive(object message) => Sender.Tell(_child);
    }
}

using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Queues;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>The replica of a broker over a disk that the test chooses, and masters that are linked to it.</summary>
public abstract class ReplicaKit : TestKit
{
    protected const string Queue = "TopicTest@0";
    protected const string OtherQueue = "TopicTest@1";
    protected static readonly Epoch First = new(0x101);
    protected static readonly Epoch Second = new(0x202);
    protected static readonly Epoch Third = new(0x303);
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FlushThreads _flushThreads = new(2);
    private readonly ManualResetEventSlim _disk = new();
    private readonly ManualResetEventSlim _held = new();
    private readonly List<TestMaster> _masters = [];

    protected ReplicaKit()
        : base("akka.loglevel = WARNING")
    {
        Start();
    }

    internal MemoryDirectory Disk { get; } = new();

    internal NodeContext Node { get; private set; } = null!;

    internal BrokerContext Broker => Node.Broker(TestSettings.Broker);

    protected IActorRef Replica { get; private set; } = ActorRefs.Nobody;

    internal DiskFaults Faults => Disk.Faults;

    /// <summary>The run of the machine that the next start belongs to.</summary>
    protected Guid BootId { get; set; } = Guid.NewGuid();

    /// <summary>A start of the node on the same disk.</summary>
    protected void Start()
    {
        Node = new NodeContext(TestSettings.ForNode(TestSettings.ForBroker()) with { BootId = BootId }, Disk, _flushThreads, TimeProvider.System);
        Broker.ForeseeDoubt();
        Node.Replication.Open(Node.Links);
        Replica = Sys.ActorOf(ReplicaActor.Props(Node, Broker));
        Settle();
    }

    /// <summary>The process ends, whatever it was doing.</summary>
    protected void Crash()
    {
        Watch(Replica);
        Sys.Stop(Replica);
        ExpectTerminated(Replica, Patience);
    }

    protected void Settle()
    {
        Replica.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);
    }

    internal TestMaster NewMaster(string name = "node2")
    {
        var master = new TestMaster(name, Node.Links);
        _masters.Add(master);
        return master;
    }

    /// <summary>A master with records, which the copy follows and has all of.</summary>
    internal TestMaster Followed(Epoch epoch, int records = 3, bool flushes = false)
    {
        var master = NewMaster();
        var log = master.Append(Queue, epoch, records);
        master.Follow<Rocket.Actors.Replication.Wire.Ends>(epoch, flushes);
        master.SendRecords(Queue, master.AlignAll(Queue, new LogEnd(-1, default)));
        master.ExpectAck(Queue, ack => ack.Appended == log.Watermarks.Appended);
        return master;
    }

    /// <summary>The messages of the copy's log, as they are on the disk once nobody has it open.</summary>
    internal IReadOnlyList<StoredMessage> OnDisk(string name = Queue)
    {
        Assert.True(QueueId.TryParseFolder(name, out var queue));
        using var log = Broker.OpenQueueLog(queue, _ => { });
        return TestMessage.In(log);
    }

    internal void AssertSame(TestMaster master, string name = Queue) => Assert.Equal(TestMessage.In(master.Log(name)), OnDisk(name));

    /// <summary>From here on every fsync of such files hangs.</summary>
    protected void HoldFlushes(string suffix) => Faults.BeforeFlush = name =>
    {
        if (name.EndsWith(suffix, StringComparison.Ordinal))
        {
            _held.Set();
            _disk.Wait();
        }
    };

    protected void ExpectHeldFlush() => Assert.True(_held.Wait(Patience), "no fsync was begun");

    protected void ReleaseFlushes()
    {
        Faults.BeforeFlush = static _ => { };
        _disk.Set();
    }

    protected override void AfterAll()
    {
        // Also after a failure: nobody may wait for a disk that nobody lets go.
        _disk.Set();
        base.AfterAll();
        _flushThreads.Dispose();
        foreach (var master in _masters)
        {
            master.Dispose();
        }

        _disk.Dispose();
        _held.Dispose();
    }
}

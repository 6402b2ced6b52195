using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

/// <summary>A queue's actor over a disk in memory; timers and clock move only when the test says so.</summary>
public abstract class QueueActorKit : TestKit
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    protected static readonly QueueId Id = new(TestMessage.Topic, 0);

    private readonly FlushThreads _flushThreads = new(2);
    private readonly ManualResetEventSlim _disk = new();
    private readonly ManualResetEventSlim _held = new();
    private readonly TestProbe _answers;

    protected QueueActorKit(FlushDiskType flush = FlushDiskType.AsyncFlush)
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\nakka.loglevel = INFO")
    {
        _answers = CreateTestProbe();
        Metadata = CreateTestProbe();
        Node = new NodeContext(TestSettings.ForNode(TestSettings.ForBroker(flush)), Disk, _flushThreads, Time);
        Queue = Sys.ActorOf(Props.Create(() => new MessageQueueActor(Node)));
        Watch(Queue);
    }

    internal MemoryDirectory Disk { get; } = new();

    internal ManualTime Time { get; } = new();

    internal NodeContext Node { get; }

    /// <summary>Stands for the broker's metadata.</summary>
    protected TestProbe Metadata { get; }

    protected IActorRef Queue { get; private set; }

    protected QueueHandle Handle { get; private set; } = null!;

    internal DiskFaults Faults => Disk.Faults;

    protected QueueProtocol.StartQueue Start(params int[] ordinals) => new(TestSettings.Broker, Id, 7, new QueueOrdinals(ordinals), Metadata, ActorRefs.Nobody);

    protected void StartReady(params int[] ordinals)
    {
        Queue.Tell(Start(ordinals), TestActor);
        Handle = ExpectMsg<QueueProtocol.QueueReady>(Patience).Handle;
    }

    /// <summary>The actor ended: another one takes its place.</summary>
    protected void StartNext()
    {
        Queue = Sys.ActorOf(Props.Create(() => new MessageQueueActor(Node)));
        Watch(Queue);
    }

    /// <summary>The clock and the timers go on.</summary>
    protected void Advance(TimeSpan time)
    {
        Time.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    /// <summary>From here on every fsync hangs.</summary>
    protected void HoldFlushes() => Faults.BeforeFlush = _ =>
    {
        _held.Set();
        _disk.Wait();
    };

    /// <summary>Waits until an fsync hangs.</summary>
    protected void ExpectHeldFlush() => Assert.True(_held.Wait(Patience), "no fsync was begun");

    /// <summary>Every fsync ends, those that hang included.</summary>
    protected void ReleaseFlushes()
    {
        Faults.BeforeFlush = static _ => { };
        _disk.Set();
    }

    internal TestAppend Send(TestAppend append)
    {
        append.Answered = answered => _answers.Ref.Tell(answered);
        return append.OfferedTo(Handle);
    }

    internal void ExpectAnswer(TestAppend append, AppendOutcome outcome)
    {
        Assert.Same(append, _answers.ExpectMsg<TestAppend>(Patience));
        Assert.Equal([outcome], append.Answers);
    }

    internal TestAppend SendAndExpect(TestAppend append, AppendOutcome outcome)
    {
        ExpectAnswer(Send(append), outcome);
        return append;
    }

    /// <summary>Nothing was answered: the actor has handled everything told before, and its answers would be here.</summary>
    protected void ExpectNoAnswer()
    {
        Settle();
        Assert.False(_answers.HasMessages);
    }

    /// <summary>Returns when the actor has handled everything that it was told before, and what it told itself thereupon.</summary>
    protected void Settle()
    {
        for (var round = 0; round < 2; round++)
        {
            Queue.Tell(new Identify(null), TestActor);
            ExpectMsg<ActorIdentity>(Patience);
        }
    }

    internal TestPull Pull(long offset, string? tag = null, TimeSpan? patience = null)
    {
        var deadline = Time.GetTimestamp() + (patience ?? TimeSpan.FromSeconds(20)).Ticks;
        var pull = new TestPull(offset, tag, deadline) { OnWoken = woken => TestActor.Tell(woken) };
        Queue.Tell(pull);
        return pull;
    }

    /// <summary>Works on the queue's log while no actor has it open.</summary>
    internal T WithLog<T>(Func<RecordLog, T> use)
    {
        using var log = Node.Broker(TestSettings.Broker).OpenQueueLog(Id, _ => { });
        return use(log);
    }

    protected void Stop()
    {
        Queue.Tell(ShardProtocol.StopEntity.Instance);
        ExpectTerminated(Queue, Patience);
    }

    protected override void AfterAll()
    {
        // Also after a failure: nobody may wait for a disk that nobody lets go.
        _disk.Set();
        base.AfterAll();
        _flushThreads.Dispose();
        _disk.Dispose();
        _held.Dispose();
    }
}

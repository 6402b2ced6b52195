using Akka.Actor;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Storage;
using Rocket.Actors.Topics;
using Rocket.Actors.Transactions;
using Rocket.Protocol.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Transactions;

/// <summary>A TransactionActor over queues in memory. The test says which of them are served, and plays the broker's metadata.</summary>
public abstract class TransactionKit : TestKit
{
    protected const string Topic = "Payments";
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FlushThreads _flushThreads = new(1);
    private readonly List<LedQueue> _queues = [];
    private readonly IActorRef _metadata;

    protected TransactionKit()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\nakka.loglevel = INFO")
    {
        Node = new NodeContext(TestSettings.ForNode(TestSettings.ForBroker()), new MemoryDirectory(), _flushThreads, Time);
        _metadata = Sys.ActorOf(Props.Create(() => new KeptMarks(Marks)));
        Halves = Queue(SystemTopics.TransactionHalf, 0);
        Operations = Queue(SystemTopics.TransactionOperation, 0);
        GivenUp = Queue(SystemTopics.TransactionCheckMaxTime, 0);
        Serve(SystemTopics.TransactionHalf, Halves);
        Serve(SystemTopics.TransactionOperation, Operations);
        Serve(SystemTopics.TransactionCheckMaxTime, GivenUp);
    }

    internal ManualTime Time { get; } = new();

    internal NodeContext Node { get; }

    internal LedQueue Halves { get; }

    internal LedQueue Operations { get; }

    /// <summary>Where messages go whose producers are asked no more.</summary>
    internal LedQueue GivenUp { get; }

    /// <summary>What is durable of how far everything is settled.</summary>
    internal Marks Marks { get; } = new();

    internal LedQueue Queue(string topic, int number)
    {
        var queue = new LedQueue(Sys, topic, number, _queues.Count + 1, Time);
        _queues.Add(queue);
        return queue;
    }

    /// <summary>The topic has these queues from now on; null: one that is not served.</summary>
    internal void Serve(string topic, params LedQueue?[] queues) => Node.Broker(TestSettings.Broker).Directory.Publish(new TopicHandle(
        new TopicConfig(topic, queues.Length, queues.Length, TopicPermission.ReadWrite, TopicSysFlag: 0, Order: false), [.. queues.Select(queue => queue?.Handle)]));

    /// <summary>The broker is led here from now on, and its logs are read.</summary>
    protected IActorRef Lead()
    {
        var actor = Sys.ActorOf(TransactionActor.Props(Node.Broker(TestSettings.Broker), _metadata, Node));
        Watch(actor);
        Assert.Contains("not on every copy", Say(actor, long.MaxValue, isCommit: true), StringComparison.Ordinal);
        return actor;
    }

    /// <summary>What a producer's word is answered; null: it counts.</summary>
    protected string? Say(IActorRef actor, long half, bool isCommit)
    {
        var producer = CreateTestProbe();
        actor.Tell(new TransactionProtocol.Settle(half, isCommit), producer);
        return producer.ExpectMsg<TransactionProtocol.Settled>(Patience).Failure;
    }

    /// <summary>Another node leads it now.</summary>
    protected void Stop(IActorRef actor)
    {
        actor.Tell(ShardProtocol.StopEntity.Instance);
        ExpectTerminated(actor, Patience);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _queues.ForEach(queue => queue.Dispose());
        _flushThreads.Dispose();
    }

    private sealed class KeptMarks(Marks marks) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case MetadataProtocol.QueryOffsets query:
                    Assert.Equal(SystemGroups.Transactions, query.Group);
                    Sender.Tell(new MetadataProtocol.OffsetsFound(marks.All));
                    break;
                case MetadataProtocol.Persist { Event: MetadataEvents.OffsetsCommitted committed } persist:
                    marks.All = [.. committed.Offsets];
                    Sender.Tell(new MetadataProtocol.Persisted(persist.Event));
                    break;
            }
        }
    }
}

/// <summary>How far everything is settled, as the metadata have it.</summary>
internal sealed class Marks
{
    private volatile CommittedOffset[] _all = [];

    public CommittedOffset[] All { get => _all; set => _all = value; }

    public (long Half, long Operation) Current => (Of(SystemTopics.TransactionHalf), Of(SystemTopics.TransactionOperation));

    public void Set(long half, long operation) => All =
    [
        new(SystemGroups.Transactions, SystemTopics.TransactionHalf, 0, half),
        new(SystemGroups.Transactions, SystemTopics.TransactionOperation, 0, operation),
    ];

    private long Of(string topic) => All.FirstOrDefault(mark => mark.Topic == topic).Offset;
}

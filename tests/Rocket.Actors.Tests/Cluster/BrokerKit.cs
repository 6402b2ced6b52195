using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Routing;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>
/// A BrokerActor with real metadata on a disk in memory. The test plays the placements, the routes and the guardian; its region answers for the topics and
/// groups, unless the test does.
/// </summary>
public abstract class BrokerKit : TestKit
{
    protected const string Broker = TestSettings.Broker;
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FlushThreads _flushThreads = new(1);
    private readonly MetadataEventSerializer _serializer;
    private Epoch _epoch = Epoch.None;

    /// <param name="replicas">Nodes that hold the broker; none: this one alone.</param>
    protected BrokerKit(params string[] replicas)
        : base(Settings)
    {
        var broker = TestSettings.ForBroker();
        Node = new NodeContext(TestSettings.ForNode(replicas.Length > 0 ? broker with { Replicas = replicas } : broker), Disk, _flushThreads, TimeProvider.System);
        Guardian = CreateTestProbe();
        Placements = CreateTestProbe();
        Routes = CreateTestProbe();
        Region = CreateTestProbe();
        Node.Started(Guardian, Sys.ActorOf(Props.Create(() => new FakeRegion(Region, Entities))), Placements, Routes, ActorRefs.Nobody);
        Node.Broker(Broker).Replica = Sys.ActorOf(Props.Create(() => new LendingReplica()));
        _serializer = new MetadataEventSerializer((ExtendedActorSystem)Sys);
        Actor = StartActor();
    }

    private static Config Settings => ConfigurationFactory.ParseString(
        """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = INFO
        rocket.metadata-dispatcher {
          type = ForkJoinDispatcher
          throughput = 10
          dedicated-thread-pool.thread-count = 2
        }
        rocket.journal.broker-a {
          class = "Rocket.Actors.Metadata.Journal.MetadataJournal, Rocket.Actors"
          broker = broker-a
          plugin-dispatcher = rocket.metadata-dispatcher
          circuit-breaker.max-failures = 1000000
        }
        rocket.snapshot.broker-a {
          class = "Rocket.Actors.Metadata.Journal.MetadataSnapshotStore, Rocket.Actors"
          broker = broker-a
          plugin-dispatcher = rocket.metadata-dispatcher
          circuit-breaker.max-failures = 1000000
        }
        akka.actor {
          serializers.rocket-metadata = "Rocket.Actors.Metadata.MetadataEventSerializer, Rocket.Actors"
          serialization-bindings {
            "Rocket.Actors.Metadata.IMetadataEvent, Rocket.Actors" = rocket-metadata
            "Rocket.Actors.Metadata.MetadataSnapshot, Rocket.Actors" = rocket-metadata
          }
        }
        """);

    internal MemoryDirectory Disk { get; } = new();

    internal NodeContext Node { get; }

    internal EntityAnswers Entities { get; } = new();

    protected TestProbe Guardian { get; }

    protected TestProbe Placements { get; }

    protected TestProbe Routes { get; }

    /// <summary>Gets a copy of everything that the broker tells its topics and groups.</summary>
    protected TestProbe Region { get; }

    protected IActorRef Actor { get; private set; }

    /// <summary>The epoch that was agreed last.</summary>
    protected Epoch LastEpoch => _epoch;

    internal BrokerDirectory Published => Node.Broker(Broker).Directory;

    /// <summary>What sharding does when the last one has ended and EnsureBroker comes.</summary>
    protected void StartNext() => Actor = StartActor();

    /// <summary>Learns that the broker belongs here.</summary>
    protected void Place()
    {
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, null));
    }

    /// <summary>Opens the log and gets an epoch agreed.</summary>
    protected void Acquire()
    {
        Place();
        var acquire = Placements.ExpectMsg<PlacementProtocol.Acquire>(Patience);
        _epoch = (acquire.Fenced > _epoch ? acquire.Fenced : _epoch).Next(0);
        Actor.Tell(new PlacementProtocol.Acquired(Broker, new BrokerPlacement(_epoch, 1, "node1", BrokerPlacement.Nodes("node1"), "node1")));
    }

    /// <summary>Comes to lead; the answer says with how many topics and groups.</summary>
    protected BrokerProtocol.BrokerLeads Lead()
    {
        Acquire();
        Routes.ExpectMsg<RouteProtocol.PublishBroker>(Patience);
        var topics = Routes.ExpectMsg<RouteProtocol.PublishTopics>(Patience);
        Actor.Tell(new RouteProtocol.Published(topics));
        return Guardian.ExpectMsg<BrokerProtocol.BrokerLeads>(Patience);
    }

    /// <summary>Creates or changes a topic, as a client does.</summary>
    protected void ChangeTopic(TopicConfig config)
    {
        Actor.Tell(new BrokerProtocol.ChangeTopic(config), TestActor);
        Publish(config);
        ExpectMsg<BrokerProtocol.TopicAvailable>(Patience);
    }

    protected void Publish(TopicConfig config)
    {
        var published = Routes.ExpectMsg<RouteProtocol.PublishTopic>(Patience);
        Assert.Equal(config, published.Topic);
        Actor.Tell(new RouteProtocol.Published(published));
    }

    protected void StopInOrder()
    {
        Watch(Actor);
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        ExpectMsg<BrokerProtocol.BrokerStopped>(Patience);
        Actor.Tell(ShardProtocol.StopEntity.Instance);
        ExpectTerminated(Actor, Patience);
    }

    /// <summary>The topic or group that the region made.</summary>
    protected IActorRef Entity(string entityId) =>
        Sys.ActorSelection(Node.Region.Path / Uri.EscapeDataString(entityId)).ResolveOne(Patience).GetAwaiter().GetResult();

    /// <summary>Writes events into the metadata log as an earlier master did, each into a record of its own.</summary>
    protected void Journal(params IMetadataEvent[] events)
    {
        long next = 1;
        WithMetadataLog(log => log.Append([.. events.Select(happened => Record(next++, Stored(happened)))]));
    }

    internal static EventsRecord Record(long sequenceNr, StoredPayload payload) => new(Broker, "earlier", [new StoredEvent(sequenceNr, "", payload)]);

    internal StoredPayload Stored(object payload) => new(_serializer.Identifier, _serializer.Manifest(payload), _serializer.ToBinary(payload));

    internal void WithMetadataLog(Action<MetadataLog> use) => WithMetadataRecords(records =>
    {
        use(new MetadataLog(Broker, new Epoch(Math.Max(1, records.LastEpoch)), MetadataCopies.None(records, flushes: true), TimeProvider.System));
        records.Checkpoint();
    });

    internal void WithMetadataRecords(Action<RecordLog> use)
    {
        using var records = Node.Broker(Broker).OpenMetadataLog(_ => { });
        use(records);
    }

    internal MemoryDirectory MetadataFolder => Disk.Directory("brokers").Directory(Broker).Directory("metadata");

    protected void Advance(TimeSpan time) => ((TestScheduler)Sys.Scheduler).Advance(time);

    /// <summary>Returns when the broker has handled everything that it was told before.</summary>
    protected void Settle()
    {
        var probe = CreateTestProbe();
        Actor.Tell(new Identify(null), probe);
        probe.ExpectMsg<ActorIdentity>(Patience);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _flushThreads.Dispose();
    }

    private IActorRef StartActor() => Sys.ActorOf(Props.Create(() => new BrokerActor(Node)));
}

/// <summary>Whether the region answers for the entities.</summary>
internal sealed class EntityAnswers
{
    private volatile bool _held;

    /// <summary>The test answers for them.</summary>
    public bool Held { get => _held; set => _held = value; }
}

/// <summary>Stands for the region, and for topics and groups that are ready at once and end when they are told to.</summary>
internal sealed class FakeRegion(IActorRef probe, EntityAnswers answers) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is not ShardProtocol.BrokerEnvelope envelope)
        {
            return;
        }

        probe.Forward(envelope);
        if (answers.Held)
        {
            return;
        }

        switch (envelope.Message)
        {
            case TopicProtocol.StartTopic start:
                Sender.Tell(new TopicProtocol.TopicReady(new TopicHandle(start.Config, []), Entity(envelope.EntityId)));
                break;
            case GroupProtocol.StartGroup start:
                Sender.Tell(new GroupProtocol.GroupReady(new GroupHandle(start.Config, Entity(envelope.EntityId))));
                break;
        }
    }

    private static IActorRef Entity(string id)
    {
        var name = Uri.EscapeDataString(id);
        var known = Context.Child(name);
        return known.IsNobody() ? Context.ActorOf(Props.Create(() => new Puppet()), name) : known;
    }

    private sealed class Puppet : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is ShardProtocol.StopEntity)
            {
                Context.Stop(Self);
            }
        }
    }
}

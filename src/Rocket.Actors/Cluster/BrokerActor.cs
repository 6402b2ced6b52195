using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Routing;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>
/// Leads one broker on this node: opens the metadata log, gets an epoch agreed, recovers the metadata, starts topics and groups, and from
/// then on decides what topics and groups come to be.
/// </summary>
/// <remarks>
/// <code>
///  Unplaced ──log open──▶ Acquiring ──epoch agreed──▶ Recovering ──metadata known──▶ Starting ──all ready──▶ Leading
///     │damaged            ▲    │no majority: again         │                             │                      │
///     ▼                   └────┘                           └─── metadata lost: crash, started anew ──────────────┤
///  Damaged                                                                                                 StopBroker
///                                                                             Stopped ◀── log closed ── Stopping ◀┘
/// </code>
/// </remarks>
public sealed partial class BrokerActor : EntityActor, IWithTimers, IWithUnboundedStash
{
    private static readonly TimeSpan AcquireRetry = TimeSpan.FromSeconds(1);

    /// <summary>A start that met the entity's last incarnation on its way out was lost: it is told again.</summary>
    private static readonly TimeSpan StartRetry = TimeSpan.FromSeconds(2);

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly NodeContext _node;
    private readonly TopicRegistry _topics = new();
    private readonly GroupRegistry _groups = new();
    private BrokerContext _broker = null!;
    private Epoch _epoch;
    private RecordLog? _metadataLog;
    private IActorRef _metadata = ActorRefs.Nobody;
    private IActorRef _stopAsker = ActorRefs.Nobody;

    public BrokerActor(NodeContext node)
    {
        _node = node;
        Become(Unplaced);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    private string Name => _broker.Settings.Name;

    protected override void OnReceive(object message) => Unhandled(message);

    private void Unplaced(object message)
    {
        switch (message)
        {
            case ShardProtocol.EnsureBroker ensure:
                _broker = _node.Broker(ensure.Broker);
                Open();
                break;
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void Open()
    {
        try
        {
            _metadataLog = _broker.OpenMetadataLog(line => _logger.Info("Metadata of {0}: {1}", Name, line));
        }
        catch (Exception damage) when (damage is DamagedLogException or NewerFormatException)
        {
            _logger.Error("Broker {0} is not served, its metadata log cannot be used: {1}", Name, damage.Message);
            _node.Guardian.Tell(new BrokerProtocol.BrokerDamaged(Name, damage.Message));
            Become(Damaged);
            return;
        }

        Become(Acquiring);
        ReadPlacement();
    }

    private void ReadPlacement() => _node.PlacementActor.Tell(new PlacementProtocol.Read(Name));

    private void Acquiring(object message)
    {
        switch (message)
        {
            case PlacementProtocol.Current current:
                _node.PlacementActor.Tell(new PlacementProtocol.Acquire(Name, current.Placement, new Epoch(_metadataLog!.LastEpoch)));
                break;
            case PlacementProtocol.Acquired acquired:
                _epoch = acquired.Placement.Epoch;
                Recover();
                break;
            case PlacementProtocol.Conflict or PlacementProtocol.Unknown:
                Timers.StartSingleTimer(nameof(AcquireAgain), AcquireAgain.Instance, AcquireRetry);
                break;
            case PlacementProtocol.Refused refused:
                _logger.Warning("Broker {0} is not led here: {1}", Name, refused.Reason);
                _node.PlacementActor.Tell(new PlacementProtocol.Misplaced(Name));
                Timers.StartSingleTimer(nameof(AcquireAgain), AcquireAgain.Instance, AcquireRetry);
                break;
            case AcquireAgain:
                ReadPlacement();
                break;
            case ShardProtocol.EnsureBroker:
                break;
            case ShardProtocol.StopEntity:
                Context.Stop(Self);
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void Recover()
    {
        var (name, epoch, time) = (Name, _epoch, _node.Time);
        var flushes = _broker.Settings.FlushDiskType == FlushDiskType.SyncFlush;
        MetadataLogs.Get(Context.System).Open(name, epoch, _metadataLog!, flushes, time);
        var hasRoom = _broker.HasRoomForMetadata;
        _metadata = Context.Watch(Context.ActorOf(Props.Create(() => new MetadataActor(name, epoch, time, hasRoom)), "metadata"));
        if (!flushes)
        {
            Timers.StartPeriodicTimer(nameof(FlushMetadata), FlushMetadata.Instance, _broker.Settings.FlushInterval);
        }

        Become(Recovering);
    }

    /// <summary>A person has to look; the node's other brokers run.</summary>
    private void Damaged(object message)
    {
        if (message is BrokerProtocol.StopBroker)
        {
            Sender.Tell(new BrokerProtocol.BrokerStopped(Name));
        }
        else if (message is ShardProtocol.StopEntity)
        {
            Context.Stop(Self);
        }
    }

    private void Recovering(object message)
    {
        switch (message)
        {
            case FlushMetadata:
                FlushMetadataIfWritten();
                break;
            case MetadataProtocol.Recovered recovered:
                StartEntities(recovered.Snapshot);
                break;
            case Terminated lost when lost.ActorRef.Equals(_metadata):
                MetadataLost();
                break;
            case ShardProtocol.EnsureBroker:
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void StartEntities(MetadataSnapshot snapshot)
    {
        foreach (var topic in snapshot.Topics)
        {
            _topics.Expect(topic.Topic);
        }

        foreach (var group in snapshot.Groups)
        {
            _groups.Expect(group.GroupName);
        }

        Become(message => Starting(snapshot, message));
        StartExpected(snapshot);
        AddSystemTopics(snapshot);
        LeadIfReady();
    }

    private void StartExpected(MetadataSnapshot snapshot)
    {
        foreach (var topic in snapshot.Topics.Where(topic => _topics.IsExpected(topic.Topic)))
        {
            StartTopic(topic);
        }

        var offsets = snapshot.CommittedOffsets.ToLookup(committed => committed.Group, StringComparer.Ordinal);
        var locks = snapshot.Locks.ToLookup(held => held.Group, StringComparer.Ordinal);
        foreach (var group in snapshot.Groups.Where(group => _groups.IsExpected(group.GroupName)))
        {
            StartGroup(group, [.. offsets[group.GroupName]], [.. locks[group.GroupName]]);
        }

        Timers.StartSingleTimer(nameof(StartAgain), StartAgain.Instance, StartRetry);
    }

    private void AddSystemTopics(MetadataSnapshot snapshot)
    {
        foreach (var topic in TopicCreation.OfTheStart(_broker.Settings, _node.Settings.ClusterName))
        {
            var known = snapshot.Topics.FirstOrDefault(existing => existing.Topic == topic.Topic);
            if (known is null || (topic.Topic == SystemTopics.AutoCreateTemplate && known != topic))
            {
                _topics.Expect(topic.Topic);
                _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.TopicChanged(topic)));
            }
        }
    }

    private void Starting(MetadataSnapshot snapshot, object message)
    {
        switch (message)
        {
            case StartAgain:
                StartExpected(snapshot);
                break;
            case BrokerProtocol.EnsureTopic or BrokerProtocol.ChangeTopic or BrokerProtocol.EnsureGroup or BrokerProtocol.StopBroker or ShardProtocol.StopEntity:
                Stash.Stash();
                break;
            default:
                Leading(message);
                LeadIfReady();
                break;
        }
    }

    private void LeadIfReady()
    {
        if (_topics.AreReady && _groups.AreReady)
        {
            Become(Leading);
            Timers.Cancel(nameof(StartAgain));
            StartRetention();
            _broker.Directory.Lead(Self);
            PublishAll();
            Stash.UnstashAll();
        }
    }

    private void Leading(object message)
    {
        switch (message)
        {
            case BrokerProtocol.EnsureTopic ensure:
                EnsureTopic(ensure);
                break;
            case BrokerProtocol.ChangeTopic change:
                ChangeTopic(change.Config, Sender);
                break;
            case BrokerProtocol.EnsureGroup ensure:
                EnsureGroup(ensure.Group);
                break;
            case MetadataProtocol.Persisted { Event: MetadataEvents.TopicChanged changed }:
                StartTopic(changed.Config);
                break;
            case MetadataProtocol.Persisted { Event: MetadataEvents.GroupChanged changed }:
                StartGroup(changed.Config, [], []);
                break;
            case TopicProtocol.TopicReady ready:
                TopicReady(ready);
                break;
            case RouteProtocol.Published published:
                RoutePublished(published.Publication);
                break;
            case RouteProtocol.PublishRefused refused:
                _logger.Error("A route of broker {0} is not shown: {1}", Name, refused.Reason);
                break;
            case GroupProtocol.GroupReady ready:
                GroupReady(ready.Handle);
                break;
            case FlushMetadata:
                FlushMetadataIfWritten();
                break;
            case BrokerProtocol.StopBroker:
                StopEverything(Sender);
                break;
            case ShardProtocol.StopEntity:
                StopEverything(ActorRefs.Nobody);
                break;
            case Terminated lost:
                Lost(lost.ActorRef);
                break;
            case ShardProtocol.EnsureBroker:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Under async-flush the journal answers what is written; this makes it durable soon. The actor's dispatcher may block.</summary>
    private void FlushMetadataIfWritten()
    {
        if (_metadataLog!.Watermarks.FlushedOffset < _metadataLog.Watermarks.AppendedOffset && _broker.HasRoomForMetadata())
        {
            _metadataLog.Flush();
        }
    }

    private void Lost(IActorRef actor)
    {
        if (actor.Equals(_metadata))
        {
            MetadataLost();
        }

        // Topics and groups run no code that touches a disk: one that crashes is a fault in this broker, and it starts anew as a whole.
        throw new InvalidOperationException($"{actor} of broker {Name} stopped unexpectedly.");
    }

    private void MetadataLost() =>
        throw new InvalidOperationException($"The metadata of broker {Name} cannot be written; it recovers from its log.");

    protected override void PostStop()
    {
        foreach (var actor in _groups.Actors.Concat(_topics.Actors))
        {
            actor.Tell(ShardProtocol.StopEntity.Instance);
        }

        _broker?.Directory.Resign();
        CloseMetadataLog();
    }

    private void CloseMetadataLog()
    {
        if (_metadataLog is { } log)
        {
            MetadataLogs.Get(Context.System).Close(Name, _epoch);
            log.Dispose();
            _metadataLog = null;
        }
    }

    private sealed class StartAgain : INoSerializationVerificationNeeded
    {
        public static readonly StartAgain Instance = new();
    }

    private sealed class FlushMetadata : INoSerializationVerificationNeeded
    {
        public static readonly FlushMetadata Instance = new();
    }

    private sealed class AcquireAgain : INoSerializationVerificationNeeded
    {
        public static readonly AcquireAgain Instance = new();
    }
}

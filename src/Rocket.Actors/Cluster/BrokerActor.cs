using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Routing;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>
/// Leads one broker on this node: opens the metadata log, gets an epoch agreed, recovers the metadata, starts topics and groups, and from
/// then on decides what topics and groups come to be.
/// </summary>
/// <remarks>
/// <code>
///  Unplaced ──log open──▶ Acquiring ──epoch agreed──▶ Recovering ──metadata known──▶ Starting ──all ready──▶ Leading
///     │damaged            ▲    │no majority: again     │damaged │                       │                      │
///     ▼                   └────┘                       ▼        └─ metadata lost: crash, started anew ─────────┤
///  Damaged ◀───────────────────────────────────────────┘                                                   StopBroker
///                                                                             Stopped ◀── log closed ── Stopping ◀┘
/// </code>
/// </remarks>
public sealed partial class BrokerActor : EntityActor, IWithTimers, IWithUnboundedStash
{
    private static readonly TimeSpan AcquireRetry = TimeSpan.FromSeconds(1);

    /// <summary>The PlacementActor answers within its round timeout of 3 s, unless it was restarted and forgot the question.</summary>
    private static readonly TimeSpan PlacementPatience = TimeSpan.FromSeconds(10);

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

    /// <summary>Metadata that crash take the broker with them: those who wait for an event to become durable would wait for ever.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(static _ => Directive.Stop);

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
        catch (Exception damage) when (MetadataDamage.Is(damage))
        {
            BecomeDamaged(damage);
            return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Too many open files, no permission: the next EnsureBroker, within a second, tries again.
            _logger.Error("The metadata log of {0} cannot be opened: {1}", Name, failure.Message);
            return;
        }

        Become(Acquiring);
        ReadPlacement();
        Stash.UnstashAll();
    }

    private void ReadPlacement()
    {
        _node.PlacementActor.Tell(new PlacementProtocol.Read(Name));
        AcquireAgainIn(PlacementPatience);
    }

    private void AcquireAgainIn(TimeSpan delay) => Timers.StartSingleTimer(nameof(AcquireAgain), AcquireAgain.Instance, delay);

    private void Acquiring(object message)
    {
        switch (message)
        {
            case PlacementProtocol.Current current:
                _node.PlacementActor.Tell(new PlacementProtocol.Acquire(Name, current.Placement, new Epoch(_metadataLog!.LastEpoch)));
                AcquireAgainIn(PlacementPatience);
                break;
            case PlacementProtocol.Acquired acquired:
                Timers.Cancel(nameof(AcquireAgain));
                _epoch = acquired.Placement.Epoch;
                Recover();
                break;
            case PlacementProtocol.Conflict or PlacementProtocol.Unknown:
                AcquireAgainIn(AcquireRetry);
                break;
            case PlacementProtocol.Refused refused:
                _logger.Warning("Broker {0} is not led here: {1}", Name, refused.Reason);
                _node.PlacementActor.Tell(new PlacementProtocol.Misplaced(Name));
                AcquireAgainIn(AcquireRetry);
                break;
            case AcquireAgain:
                ReadPlacement();
                break;
            case BrokerProtocol.StopBroker:
                Timers.CancelAll();
                CloseMetadataLog();
                Become(Stopped);
                Sender.Tell(new BrokerProtocol.BrokerStopped(Name));
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
        var flushes = _broker.Settings.FlushDiskType == FlushDiskType.SyncFlush;
        MetadataLog log;
        try
        {
            log = MetadataLogs.Get(Context.System).Open(Name, _epoch, _metadataLog!, flushes, _node.Time);
        }
        catch (Exception damage) when (MetadataDamage.Is(damage))
        {
            BecomeDamaged(damage);
            return;
        }

        _metadata = Context.Watch(Context.ActorOf(Props.Create(() => new MetadataActor(log)), "metadata"));
        if (!flushes)
        {
            Timers.StartPeriodicTimer(nameof(FlushMetadata), FlushMetadata.Instance, _broker.Settings.FlushInterval);
        }

        Become(Recovering);
        Stash.UnstashAll();
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
            case MetadataProtocol.NotRecovered failed when MetadataDamage.Is(failed.Reason):
                Context.Unwatch(_metadata);
                BecomeDamaged(failed.Reason);
                break;
            case MetadataProtocol.NotRecovered failed:
                _logger.Error(failed.Reason, "The metadata of broker {0} cannot be recovered this time.", Name);
                break;
            case Terminated lost when lost.ActorRef.Equals(_metadata):
                MetadataLost();
                break;
            case BrokerProtocol.StopBroker:
                StopEverything(Sender);
                break;
            case ShardProtocol.StopEntity:
                StopEverything(ActorRefs.Nobody);
                break;
            case ShardProtocol.EnsureBroker:
                break;
            default:
                Stash.Stash();
                break;
        }
    }

    private void BecomeDamaged(Exception damage)
    {
        _logger.Error("Broker {0} is not served, its metadata log cannot be used: {1}", Name, damage.Message);
        _node.Guardian.Tell(new BrokerProtocol.BrokerDamaged(Name, damage.Message));
        Timers.CancelAll();
        CloseMetadataLog();
        Become(Damaged);
        Stash.UnstashAll();
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
                StartGroup(changed.Config);
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
            case StartAgain:
                StartUnansweredAgain();
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
        if (_metadataLog!.Watermarks.FlushedOffset < _metadataLog.Watermarks.AppendedOffset)
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

    private void Entity(string entity, object message) => _node.Region.Tell(new ShardProtocol.BrokerEnvelope(Name, entity, message));

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

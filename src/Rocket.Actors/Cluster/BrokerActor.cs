using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Groups;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
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
///  Unplaced ─▶ Placing ──it belongs here──▶ Borrowing ──folder lent, log open──▶ Acquiring ──epoch promised and agreed──▶ Agreeing
///               ▲                                          │damaged                  │ no majority: again                  │ every copy that counts
///               │ another node leads                       ▼                        └─▶ Acquiring                         ▼ has the metadata
///               └──────────────────────────────────── Damaged ◀───damaged──────────────────────────────────────────── Recovering
///                                                                                                                          │ metadata known
///     Stopped ◀── logs closed ── Stopping ◀── StopBroker, or another node leads ── Leading ◀──all ready── Starting ◀────────┘
/// </code>
/// </remarks>
public sealed partial class BrokerActor : EntityActor, IWithTimers, IWithUnboundedStash
{
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
                TakeGroupOrder(ensure.Group, ensure);
                break;
            case BrokerProtocol.ChangeGroup change:
                TakeGroupOrder(change.Config.GroupName, change);
                break;
            case BrokerProtocol.DeleteGroup delete:
                TakeGroupOrder(delete.Group, delete);
                break;
            case MetadataProtocol.QueryOffset or MetadataProtocol.QueryOffsets or MetadataProtocol.QueryAllOffsets:
                _metadata.Forward(message);
                break;
            case MetadataProtocol.Persisted { Event: MetadataEvents.TopicChanged changed }:
                StartTopic(changed.Config);
                break;
            case MetadataProtocol.Persisted { Event: MetadataEvents.GroupChanged changed }:
                GroupChanged(changed.Config);
                break;
            case MetadataProtocol.Persisted { Event: MetadataEvents.GroupDeleted deleted }:
                GroupDeleted(deleted.Group);
                break;
            case MetadataProtocol.LeftOffsets left:
                StartGroup(left);
                break;
            case MetadataProtocol.Persisted { Event: MetadataEvents.KeyValuesChanged changed }:
                KeyValuesChanged(changed);
                break;
            case KeyValuesProtocol.WriteOrdered order:
                WriteKeyValue(order);
                break;
            case KeyValuesProtocol.Adopt news:
                Adopt(news);
                break;
            case KeyValuesProtocol.Published:
                KeyValuesPublished();
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
            case GroupProtocol.StartLost:
                Timers.StartSingleTimer(nameof(StartAgain), StartAgain.Instance, LostStartRetry);
                break;
            case StartAgain:
                StartUnansweredAgain();
                break;
            case ReplicaProtocol.Claimed claimed when claimed.Epoch > _epoch:
                Depose($"{claimed.Master} leads it in epoch {claimed.Epoch}.");
                break;
            case CopiesProtocol.Deposed deposed when IsOfThisReign:
                Depose(deposed.Reason);
                break;
            case CopiesProtocol.InSyncChanged changed when IsOfThisReign:
                _broker.Directory.Placement = changed.Placement;
                WatchForReturn(changed.Placement);
                GiveUpIfOthersAreWhole();
                break;
            case CopiesProtocol.CopyWhole whole when IsOfThisReign:
                NoteWhole(whole);
                break;
            case BrokerProtocol.LogUnusable unusable when unusable.Epoch == _epoch.Value:
                _unusable[unusable.Log] = unusable.Reason;
                GiveUpIfOthersAreWhole();
                break;
            case BrokerProtocol.LogUsable usable:
                _unusable.Remove(usable.Log);
                break;
            case BrokerProtocol.LogUnusable:
                break; // of an earlier reign
            case ReturnDue:
                HandBack();
                break;
            case BrokerProtocol.HandOver:
                HandOver();
                break;
            case BrokerProtocol.HandOverTo wish:
                HandOverTo(wish.Node);
                break;
            case PlacementProtocol.Changed or PlacementProtocol.Conflict or PlacementProtocol.Unknown or PlacementProtocol.Refused:
                WishAnswered(message);
                break;
            case CopiesProtocol.QueryCopies when _copies.IsNobody():
                Sender.Tell(new CopiesProtocol.CopiesFound([]));
                break;
            case CopiesProtocol.QueryCopies:
                _copies.Forward(message);
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
            case Terminated ended when TryDeleteEnded(ended.ActorRef):
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
            try
            {
                _metadataCopies!.Flush();
            }
            catch (LogPoisonedException) when (TryGiveUpWithoutMetadata())
            {
                // Another node leads, and this one follows with what the disk has, or fetches it anew.
            }
        }
    }

    private void Lost(IActorRef actor)
    {
        // Topics and groups end with the metadata that they belong to, and may be heard of before.
        if (TryGiveUpWithoutMetadata(actor))
        {
            return;
        }

        if (actor.Equals(_metadata))
        {
            MetadataLost();
        }

        if (actor.Equals(_copies))
        {
            CopiesLost();
        }

        if (actor.Equals(_retention))
        {
            // It holds nothing that a new one would not find out.
            StartRetention();
            return;
        }

        // Topics and groups run no code that touches a disk: one that crashes is a fault in this broker, and it starts anew as a whole.
        throw new InvalidOperationException($"{actor} of broker {Name} stopped unexpectedly.");
    }

    private void MetadataLost() =>
        throw new InvalidOperationException($"The metadata of broker {Name} cannot be written; it recovers from its log.");

    private void Entity(string entity, object message) => _node.Region.Tell(new ShardProtocol.BrokerEnvelope(Name, entity, message));

    protected override void PostStop()
    {
        if (_broker is { } broker && broker.Actor.Equals(Self))
        {
            broker.Actor = ActorRefs.Nobody;
        }

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
}

using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata;

/// <summary>
/// The persistent actor of one broker: every change of topics, groups, offsets, locks and ordinals is journalled here, in the broker's own log,
/// before anyone relies on it. Child of the BrokerActor, which starts it only while the metadata log of the broker's epoch is open.
/// </summary>
public sealed class MetadataActor : UntypedPersistentActor, IWithTimers
{
    /// <summary>Events between two snapshots; recovery replays at most twice as many.</summary>
    private const int SnapshotEvery = 5_000;

    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly TimeProvider _time;
    private readonly string _broker;
    private readonly Func<bool> _hasRoom;
    private MetadataState _state = new();
    private RoomForMetadata _room = null!;

    /// <param name="broker">Broker name.</param>
    /// <param name="epoch">The epoch that its metadata log is open in.</param>
    /// <param name="time">Tells which locks have expired.</param>
    /// <param name="hasRoom">Whether the disk has room for a change.</param>
    public MetadataActor(string broker, Epoch epoch, TimeProvider time, Func<bool> hasRoom)
    {
        _time = time;
        _broker = broker;
        _hasRoom = hasRoom;
        PersistenceId = new MetadataPersistenceId(broker, epoch).ToString();
        JournalPluginId = $"rocket.journal.{broker}";
        SnapshotPluginId = $"rocket.snapshot.{broker}";
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _room = new RoomForMetadata(_broker, _hasRoom, Timers, Stash, _logger);
        base.PreStart();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: MetadataSnapshot snapshot }:
                _state = new MetadataState(snapshot);
                break;
            case IMetadataEvent happened:
                _state.Apply(happened);
                break;
            case RecoveryCompleted:
                Context.Parent.Tell(new MetadataProtocol.Recovered(_state.ToSnapshot(locksExpiredBefore: 0)));
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case MetadataProtocol.Persist or MetadataProtocol.AssignOrdinal when _room.HoldsBack():
                break;
            case MetadataProtocol.RoomDue:
                _room.Look();
                break;
            case MetadataProtocol.WaitNoLonger:
                _room.GiveUp();
                break;
            case MetadataProtocol.Persist persist:
                Persist(persist.Event, Sender);
                break;
            case MetadataProtocol.AssignOrdinal assign:
                AssignOrdinal(assign.Queue, Sender);
                break;
            case MetadataProtocol.QueryOrdinals query:
                Sender.Tell(new MetadataProtocol.OrdinalsFound(query.Queue, [.. OrdinalsOf(query.Queue)]));
                break;
            case MetadataProtocol.QueryLeastOffsets query:
                Sender.Tell(new MetadataProtocol.LeastOffsets(_state.LeastOffsetsIn(query.Topics)));
                break;
            case MetadataProtocol.StopMetadata:
                // Behind every event that is being written: the handler runs after theirs.
                DeferAsync(message, _ => Context.Stop(Self));
                break;
            case SaveSnapshotSuccess saved:
                DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotFailure failed:
                _logger.Error(failed.Cause, "The snapshot of {0}'s metadata could not be saved; its log goes on growing until the next one is.", PersistenceId);
                break;
            case DeleteMessagesFailure failed:
                _logger.Error(failed.Cause, "Old metadata events of {0} could not be deleted.", PersistenceId);
                break;
            case DeleteSnapshotsFailure failed:
                _logger.Error(failed.Cause, "Old metadata snapshots of {0} could not be deleted.", PersistenceId);
                break;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Persist(IMetadataEvent happened, IActorRef asker) => PersistAsync(happened, durable =>
    {
        Apply(durable);
        asker.Tell(new MetadataProtocol.Persisted(durable));
    });

    private void AssignOrdinal(QueueId queue, IActorRef asker)
    {
        // Persist, not PersistAsync: the next ordinal may be read only after this one is applied.
        var basePosition = (long)OrdinalsOf(queue).Count() * PhysicalOffset.BytesPerOrdinal;
        Persist(new MetadataEvents.OrdinalAssigned(queue.Topic, queue.Number, _state.NextOrdinal, basePosition), assigned =>
        {
            Apply(assigned);
            asker.Tell(new QueueProtocol.OrdinalGranted(queue, assigned.Ordinal));
        });
    }

    private void Apply(IMetadataEvent happened)
    {
        _state.Apply(happened);
        if (LastSequenceNr % SnapshotEvery == 0)
        {
            SaveSnapshot(_state.ToSnapshot(_time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }

    private IEnumerable<int> OrdinalsOf(QueueId queue) => _state.OrdinalsOf(queue.Topic, queue.Number).Select(ordinal => ordinal.Ordinal);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // An event that was not stored must not be taken for stored: the broker recovers from its log.
        base.OnPersistRejected(cause, @event, sequenceNr);
        Context.Stop(Self);
    }
}

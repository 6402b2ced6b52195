using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata;

/// <summary>
/// The persistent actor of one broker: every change of topics, groups, offsets, locks and ordinals is journalled here, in the broker's own log,
/// before anyone relies on it. Child of the BrokerActor, which starts it only while the metadata log of the broker's epoch is open.
/// </summary>
public sealed class MetadataActor : UntypedPersistentActor, IWithTimers
{
    private readonly ILoggingAdapter _logger = Context.GetLogger();
    private readonly MetadataLog _log;
    private readonly SnapshotSchedule _snapshots;
    private readonly Func<bool> _hasRoom;
    private readonly LineSpacing _lines;
    private MetadataState _state = new();
    private RoomForMetadata _room = null!;

    /// <param name="log">The broker's metadata log, open in its epoch.</param>
    /// <param name="hasRoom">Whether the disk has room for a change.</param>
    /// <param name="time">Tells when a disk without room is worth another line in the log.</param>
    public MetadataActor(MetadataLog log, Func<bool> hasRoom, TimeProvider time)
    {
        _lines = new LineSpacing(time);
        _log = log;
        _hasRoom = hasRoom;
        _snapshots = new SnapshotSchedule(log);
        PersistenceId = new MetadataPersistenceId(log.Broker, log.Epoch).ToString();
        JournalPluginId = $"rocket.journal.{log.Broker}";
        SnapshotPluginId = $"rocket.snapshot.{log.Broker}";
    }

    public override string PersistenceId { get; }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _room = new RoomForMetadata(_log.Broker, _hasRoom, _lines, Timers, Stash, _logger);
        base.PreStart();
    }

    protected override void OnRecover(object message)
    {
        try
        {
            Recover(message);
        }
        catch (InvalidOperationException impossible)
        {
            throw new DamagedMetadataException($"{PersistenceId}, event {LastSequenceNr}: {impossible.Message}", impossible);
        }
    }

    private void Recover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: MetadataSnapshot snapshot }:
                _state = new MetadataState(snapshot);
                break;
            case IMetadataEvent happened:
                _state.Apply(happened);
                _snapshots.Happened();
                break;
            case RecoveryCompleted:
                Context.Parent.Tell(new MetadataProtocol.Recovered(_state.ToSnapshot()));
                break;
        }
    }

    /// <summary>The BrokerActor decides what it means, and says so. Akka stops this actor afterwards.</summary>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Context.Parent.Tell(new MetadataProtocol.NotRecovered(reason));

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
            case MetadataProtocol.QueryOffsets query:
                Sender.Tell(new MetadataProtocol.OffsetsFound([.. _state.OffsetsOf(query.Group)]));
                break;
            case MetadataProtocol.QueryTimers:
                Sender.Tell(new MetadataProtocol.TimersFound(_state.Timers));
                break;
            case MetadataProtocol.QuerySetAside query:
                Sender.Tell(new MetadataProtocol.SetAsideFound([.. _state.SetAside.Where(queue => queue.Topic == query.Topic)]));
                break;
            case MetadataProtocol.QueryLeftOffsets query:
                Sender.Tell(new MetadataProtocol.LeftOffsets(query.Config, [.. _state.OffsetsOf(query.Config.GroupName)]));
                break;
            case MetadataProtocol.QueryOffset query:
                Sender.Tell(new GroupProtocol.OffsetFound(_state.TryGetOffset(query.Group, query.Queue.Topic, query.Queue.Number, out var offset) ? offset : null));
                break;
            case MetadataProtocol.QueryAllOffsets:
                Sender.Tell(new MetadataProtocol.AllOffsets([.. _state.ToOffsets().Where(ofTopic => !SystemGroups.IsOwn(ofTopic.Group))]));
                break;
            case MetadataProtocol.StopMetadata:
                // Behind every event that is being written: the handler runs after theirs.
                DeferAsync(message, _ => Context.Stop(Self));
                break;
            case SaveSnapshotSuccess saved:
                _snapshots.Ended();
                DeleteMessages(saved.Metadata.SequenceNr);
                DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotFailure failed:
                _snapshots.Ended();
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
        if (_state.NextOrdinal > QueueOrdinal.MaxOrdinal)
        {
            _logger.Error("Queue {0} of {1} gets no ordinal, all {2} are used up: it takes no messages.", queue, _log.Broker, QueueOrdinal.MaxOrdinal + 1);
            asker.Tell(new QueueProtocol.OrdinalRefused(queue));
            return;
        }

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
        _snapshots.Happened();
        if (_snapshots.IsDue)
        {
            _snapshots.Begun();
            SaveSnapshot(_state.ToSnapshot());
        }
    }

    private IEnumerable<int> OrdinalsOf(QueueId queue) => _state.OrdinalsOf(queue.Topic, queue.Number).Select(ordinal => ordinal.Ordinal);

    /// <summary>A change that was under way when another node had come to lead: the broker has said that, and this actor ends, as after any failure.</summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        if (cause is MetadataLogNotOpenException)
        {
            _logger.Info("A change of the metadata came too late: {0}", cause.Message);
        }
        else
        {
            base.OnPersistFailure(cause, @event, sequenceNr);
        }
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // An event that was not stored must not be taken for stored: the broker recovers from its log.
        base.OnPersistRejected(cause, @event, sequenceNr);
        Context.Stop(Self);
    }
}

using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Groups;

/// <summary>
/// One consumer group of one broker: its configuration, its offsets, its queue locks. What changes is made durable by the broker's metadata. Belongs to one
/// incarnation of the broker: when that one's metadata end, so does the group, and the next incarnation starts it anew from what is durable.
/// </summary>
public sealed class GroupActor(NodeContext node) : EntityActor, IWithTimers
{
    /// <summary>Offsets committed within this time share one event; a crash loses no more than that and its write.</summary>
    private static readonly TimeSpan PersistInterval = TimeSpan.FromMilliseconds(400);

    private readonly GroupOffsets _offsets = new();
    private readonly QueueLocks _locks = new(node.Time);
    private readonly LockAnswers _lockAnswers = new();
    private GroupProtocol.StartGroup? _start;
    private bool _isStopping;
    private bool _offsetsUnderWay;
    private long _handedOver;
    private long _durable;

    public ITimerScheduler Timers { get; set; } = null!;

    private string Name => _start!.Config.GroupName;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupProtocol.CommitOffset commit:
                _offsets.Commit(commit.Queue, commit.Offset);
                PersistSoon();
                break;
            case GroupProtocol.QueryOffset query:
                Sender.Tell(new GroupProtocol.OffsetFound(_offsets.Find(query.Queue)));
                break;
            case GroupProtocol.QueryProgress:
                Sender.Tell(new GroupProtocol.ProgressFound(_offsets.All(Name), _locks.Owners()));
                break;
            case GroupProtocol.LookUpTopic question:
                Sender.Tell(new GroupProtocol.TopicLookedUp(_offsets.HasAny(question.Topic)));
                break;
            case GroupProtocol.PersistOffsetsDue:
                PersistOffsets();
                break;
            case MetadataProtocol.Persisted persisted:
                Persisted(persisted.Event);
                break;
            case GroupProtocol.LockQueues request:
                Lock(request);
                break;
            case GroupProtocol.UnlockQueues request:
                Unlock(request);
                break;
            case GroupProtocol.LocksDue:
                ReleaseExpired();
                break;
            case GroupProtocol.StartGroup start:
                Start(start);
                break;
            case ShardProtocol.StopEntity:
                Stop();
                break;
            case Terminated:
                // The metadata are gone, and with them the answers that this group waits for.
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Start(GroupProtocol.StartGroup start)
    {
        if (_start is null)
        {
            Restore(start);
        }
        else if (!_start.Metadata.Equals(start.Metadata))
        {
            // The broker's next incarnation; it asks until it gets a new actor.
            Context.Stop(Self);
            return;
        }

        _start = start;
        Sender.Tell(new GroupProtocol.GroupReady(new GroupHandle(start.Config, Self)));
    }

    private void Restore(GroupProtocol.StartGroup start)
    {
        Context.Watch(start.Metadata);
        foreach (var offset in start.Offsets)
        {
            _offsets.Restore(new QueueId(offset.Topic, offset.QueueId), offset.Offset);
        }

        foreach (var held in start.Locks)
        {
            _locks.Restore(new QueueId(held.Topic, held.QueueId), held.ClientId);
        }

        WatchLocks();
    }

    private void PersistSoon()
    {
        if (_isStopping)
        {
            PersistOffsets();
        }
        else if (_offsets.HasChanges && !_offsetsUnderWay && !Timers.IsTimerActive(nameof(GroupProtocol.PersistOffsetsDue)))
        {
            Timers.StartSingleTimer(nameof(GroupProtocol.PersistOffsetsDue), GroupProtocol.PersistOffsetsDue.Instance, PersistInterval);
        }
    }

    private void PersistOffsets()
    {
        if (_start is not null && _offsets.HasChanges)
        {
            // One such event at a time: when the disk is slow, changes gather here instead of events in front of it.
            _offsetsUnderWay = true;
            Persist(new MetadataEvents.OffsetsCommitted(_offsets.TakeChanges(Name)));
        }
    }

    private void Lock(GroupProtocol.LockQueues request)
    {
        var owned = new List<QueueId>(request.Queues.Count);
        foreach (var queue in request.Queues)
        {
            switch (_locks.Decide(queue, request.ClientId))
            {
                case LockDecision.Renewed:
                    owned.Add(queue);
                    break;
                case LockDecision.Grant:
                    owned.Add(queue);
                    _locks.Assign(queue, request.ClientId);
                    var expiry = (node.Time.GetUtcNow() + QueueLocks.Lifetime).ToUnixTimeMilliseconds();
                    _lockAnswers.Granted(queue, Persist(new MetadataEvents.LockGranted(Name, queue.Topic, queue.Number, request.ClientId, expiry)));
                    break;
                case LockDecision.Refuse:
                    break;
            }
        }

        _lockAnswers.Answer(Sender, new GroupProtocol.QueuesLocked(owned));
        WatchLocks();
    }

    private void Unlock(GroupProtocol.UnlockQueues request)
    {
        foreach (var queue in request.Queues)
        {
            if (_locks.Release(queue, request.ClientId))
            {
                Persist(new MetadataEvents.LockReleased(Name, queue.Topic, queue.Number, request.ClientId));
            }
        }

        // A release that a crash undoes only delays the next owner by the lock's lifetime.
        Sender.Tell(GroupProtocol.QueuesUnlocked.Instance);
    }

    /// <summary>A lock that nobody renewed is released for good: a recovery would give it to its last owner once more.</summary>
    private void ReleaseExpired()
    {
        foreach (var (queue, clientId) in _locks.TakeExpired())
        {
            Persist(new MetadataEvents.LockReleased(Name, queue.Topic, queue.Number, clientId));
        }

        WatchLocks();
    }

    private void WatchLocks()
    {
        if (_locks.Any && !Timers.IsTimerActive(nameof(GroupProtocol.LocksDue)))
        {
            Timers.StartSingleTimer(nameof(GroupProtocol.LocksDue), GroupProtocol.LocksDue.Instance, QueueLocks.Lifetime);
        }
    }

    /// <returns>The number of the event among all of this group.</returns>
    private long Persist(IMetadataEvent happened)
    {
        _start!.Metadata.Tell(new MetadataProtocol.Persist(happened));
        return ++_handedOver;
    }

    private void Persisted(IMetadataEvent happened)
    {
        _lockAnswers.Durable(++_durable);
        if (happened is MetadataEvents.OffsetsCommitted)
        {
            _offsetsUnderWay = false;
            PersistSoon();
        }

        StopIfDone();
    }

    private void Stop()
    {
        _isStopping = true;
        PersistOffsets();
        StopIfDone();
    }

    private void StopIfDone()
    {
        if (_isStopping && _durable == _handedOver)
        {
            Context.Stop(Self);
        }
    }
}

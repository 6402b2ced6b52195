using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Groups;

/// <summary>One consumer group of one broker: its configuration, its offsets, its queue locks. What changes is made durable by the broker's metadata.</summary>
public sealed class GroupActor(NodeContext node) : EntityActor, IWithTimers
{
    /// <summary>Offsets committed within this time share one event; a crash loses no more than that and its write.</summary>
    private static readonly TimeSpan PersistInterval = TimeSpan.FromMilliseconds(400);

    private readonly GroupOffsets _offsets = new();
    private readonly QueueLocks _locks = new();
    private readonly List<PendingLock> _pendingLocks = [];
    private readonly HashSet<QueueId> _notDurable = [];
    private GroupProtocol.StartGroup? _start;
    private bool _stopping;
    private int _unwritten;

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
            case GroupProtocol.QueryOffsets:
                Sender.Tell(new GroupProtocol.OffsetsFound(_offsets.Copy()));
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
            case GroupProtocol.StartGroup start:
                Start(start);
                break;
            case ShardProtocol.StopEntity:
                _stopping = true;
                PersistOffsets();
                StopIfDone();
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
            foreach (var offset in start.Offsets)
            {
                _offsets.Restore(new QueueId(offset.Topic, offset.QueueId), offset.Offset);
            }

            foreach (var held in start.Locks)
            {
                _locks.Restore(new QueueId(held.Topic, held.QueueId), held.ClientId, node.Time.GetUtcNow());
            }
        }

        _start = start;
        Sender.Tell(new GroupProtocol.GroupReady(new GroupHandle(start.Config, Self)));
    }

    private void PersistSoon()
    {
        if (_offsets.HasChanges && !Timers.IsTimerActive(nameof(GroupProtocol.PersistOffsetsDue)))
        {
            Timers.StartSingleTimer(nameof(GroupProtocol.PersistOffsetsDue), GroupProtocol.PersistOffsetsDue.Instance, PersistInterval);
        }
    }

    private void PersistOffsets()
    {
        if (_start is not null && _offsets.HasChanges)
        {
            Persist(new MetadataEvents.OffsetsCommitted(_offsets.TakeChanges(Name)));
        }
    }

    private void Lock(GroupProtocol.LockQueues request)
    {
        var now = node.Time.GetUtcNow();
        var owned = new List<QueueId>(request.Queues.Count);
        foreach (var queue in request.Queues)
        {
            switch (_locks.Decide(queue, request.ClientId, now))
            {
                case LockDecision.Renewed:
                    owned.Add(queue);
                    break;
                case LockDecision.Grant:
                    owned.Add(queue);
                    _notDurable.Add(queue);
                    _locks.Assign(queue, request.ClientId, now);
                    Persist(new MetadataEvents.LockGranted(
                        Name, queue.Topic, queue.Number, request.ClientId, (now + QueueLocks.Lifetime).ToUnixTimeMilliseconds()));
                    break;
                case LockDecision.Refuse:
                    break;
            }
        }

        // A renewal of a lock that is not durable yet waits as well.
        var pending = new PendingLock(Sender, new GroupProtocol.QueuesLocked(owned), [.. owned.Where(_notDurable.Contains)]);
        if (!pending.AnswerIfDurable())
        {
            _pendingLocks.Add(pending);
        }
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

    private void Persist(IMetadataEvent happened)
    {
        _unwritten++;
        _start!.Metadata.Tell(new MetadataProtocol.Persist(happened));
    }

    private void Persisted(IMetadataEvent happened)
    {
        _unwritten--;
        if (happened is MetadataEvents.LockGranted granted)
        {
            var queue = new QueueId(granted.Topic, granted.QueueId);
            _notDurable.Remove(queue);
            _pendingLocks.RemoveAll(pending => pending.Granted(queue));
        }

        StopIfDone();
    }

    private void StopIfDone()
    {
        if (_stopping && _unwritten == 0)
        {
            Context.Stop(Self);
        }
    }

    /// <summary>A request for locks that waits until the grants in it are durable.</summary>
    private sealed class PendingLock(IActorRef asker, GroupProtocol.QueuesLocked answer, HashSet<QueueId> notDurable)
    {
        public bool Granted(QueueId queue)
        {
            notDurable.Remove(queue);
            return AnswerIfDurable();
        }

        public bool AnswerIfDurable()
        {
            if (notDurable.Count > 0)
            {
                return false;
            }

            asker.Tell(answer);
            return true;
        }
    }
}

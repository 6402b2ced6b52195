using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Groups;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Queues;
using Rocket.Actors.Schedules;
using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Metadata;

/// <summary>
/// A broker's metadata: what its events add up to. One writer, no locks; the BrokerActor owns it. Events come from the journal or were
/// checked by whoever makes them, so an impossible one means a damaged or foreign journal and throws <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class MetadataState
{
    private readonly Dictionary<string, TopicConfig> _topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SubscriptionGroupConfig> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, QueueOffsets>> _offsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<TopicQueue, QueueLock>> _locks = new(StringComparer.Ordinal);
    private readonly Dictionary<KeyValueName, KeyValueEntry> _keyValues = [];
    private readonly Dictionary<QueueId, MetadataEvents.MessagesSetAside> _setAside = [];
    private readonly OrdinalTable _ordinals = new();

    public MetadataState()
    {
        Topics = new ReadOnlyDictionary<string, TopicConfig>(_topics);
        Groups = new ReadOnlyDictionary<string, SubscriptionGroupConfig>(_groups);
    }

    /// <summary>Goes on from a snapshot.</summary>
    /// <exception cref="InvalidOperationException">The snapshot contradicts itself.</exception>
    public MetadataState(MetadataSnapshot snapshot)
        : this()
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        foreach (var topic in snapshot.Topics)
        {
            _topics.Add(topic.Topic, topic);
        }

        foreach (var group in snapshot.Groups)
        {
            _groups.Add(group.GroupName, group);
        }

        foreach (var entry in snapshot.Offsets)
        {
            Restore(entry);
        }

        Timers = snapshot.Timers ?? TimerProgress.None;
        foreach (var queue in snapshot.SetAside ?? [])
        {
            SetAsideIn(queue);
        }

        foreach (var entry in snapshot.KeyValues ?? [])
        {
            _keyValues[entry.Name] = entry;
        }

        _ordinals.Restore(snapshot.Ordinals, snapshot.NextOrdinal);
        foreach (var held in snapshot.Locks)
        {
            LocksOf(held.Group)[new TopicQueue(held.Topic, held.QueueId)] = held;
        }
    }

    /// <summary>Topics by name.</summary>
    public IReadOnlyDictionary<string, TopicConfig> Topics { get; }

    /// <summary>Subscription groups by name.</summary>
    public IReadOnlyDictionary<string, SubscriptionGroupConfig> Groups { get; }

    /// <summary>What of the timer queue is delivered.</summary>
    public TimerProgress Timers { get; private set; } = TimerProgress.None;

    /// <summary>What waits in the broker's own queues and could not be delivered, by queue.</summary>
    public IReadOnlyCollection<MetadataEvents.MessagesSetAside> SetAside => _setAside.Values;

    /// <summary>Settings of the name server, deleted ones included.</summary>
    public IReadOnlyCollection<KeyValueEntry> KeyValues => _keyValues.Values;

    /// <summary>How many (group, topic, queue) have an offset.</summary>
    public int OffsetCount { get; private set; }

    /// <summary>The ordinal to give to the next queue; above <see cref="QueueOrdinal.MaxOrdinal"/> when all are used up.</summary>
    public int NextOrdinal => _ordinals.Next;

    /// <summary>Takes one event in.</summary>
    public void Apply(IMetadataEvent happened)
    {
        switch (happened)
        {
            case MetadataEvents.OffsetsCommitted committed:
                foreach (var offset in committed.Offsets)
                {
                    Commit(offset.Group, offset.Topic, offset.QueueId, offset.Offset);
                }

                break;
            case MetadataEvents.TimersDelivered delivered:
                Timers = delivered.Progress;
                break;
            case MetadataEvents.MessagesSetAside aside:
                SetAsideIn(aside);
                break;
            case MetadataEvents.LockGranted granted:
                LocksOf(granted.Group)[new TopicQueue(granted.Topic, granted.QueueId)] =
                    new QueueLock(granted.Group, granted.Topic, granted.QueueId, granted.ClientId, granted.Expiry);
                break;
            case MetadataEvents.LockReleased released:
                Release(released);
                break;
            case MetadataEvents.OrdinalAssigned assigned:
                _ordinals.Assign(new QueueOrdinal(assigned.Topic, assigned.QueueId, assigned.Ordinal, assigned.BasePosition));
                break;
            case MetadataEvents.TopicChanged changed:
                _topics[changed.Config.Topic] = changed.Config;
                break;
            case MetadataEvents.TopicDeleted deleted:
                Forget(deleted.Topic);
                break;
            case MetadataEvents.GroupChanged changed:
                _groups[changed.Config.GroupName] = changed.Config;
                break;
            case MetadataEvents.GroupDeleted deleted:
                Forget(deleted);
                break;
            case MetadataEvents.KeyValuesChanged changed:
                Change(changed);
                break;
            default:
                throw new InvalidOperationException($"{happened?.GetType().FullName ?? "null"} is no event of a broker's metadata.");
        }
    }

    /// <summary>How far a group has consumed a queue; false when it never committed there.</summary>
    public bool TryGetOffset(string group, string topic, int queueId, out long offset)
    {
        offset = 0;
        return _offsets.TryGetValue(group, out var ofGroup) && ofGroup.TryGetValue(topic, out var ofTopic) && ofTopic.TryGet(queueId, out offset);
    }

    /// <summary>Every offset of a group.</summary>
    public IEnumerable<CommittedOffset> OffsetsOf(string group)
    {
        if (!_offsets.TryGetValue(group, out var ofGroup))
        {
            yield break;
        }

        foreach (var (topic, ofTopic) in ofGroup)
        {
            for (var index = 0; index < ofTopic.Count; index++)
            {
                var (queueId, offset) = ofTopic.At(index);
                yield return new CommittedOffset(group, topic, queueId, offset);
            }
        }
    }

    /// <summary>Groups that committed an offset in a topic.</summary>
    public IEnumerable<string> GroupsWithOffsetsIn(string topic) =>
        from entry in _offsets where entry.Value.ContainsKey(topic) select entry.Key;

    /// <summary>How far all groups have consumed the queues of some topics. A queue in which none has an offset is left out.</summary>
    public IReadOnlyDictionary<QueueId, long> LeastOffsetsIn(IReadOnlySet<string> topics)
    {
        Dictionary<QueueId, long> least = [];
        // A deleted group may have left offsets for its return; nobody consumes for it meanwhile.
        var offsets =
            from ofGroup in _offsets
            from ofTopic in ofGroup.Value
            where topics.Contains(ofTopic.Key) && Counts(ofGroup.Key, ofTopic.Key)
            select ofTopic;
        foreach (var (topic, ofTopic) in offsets)
        {
            for (var index = 0; index < ofTopic.Count; index++)
            {
                var (queueId, offset) = ofTopic.At(index);
                var queue = new QueueId(topic, queueId);
                least[queue] = Math.Min(offset, least.GetValueOrDefault(queue, long.MaxValue));
            }
        }

        if (topics.Contains(SystemTopics.Timer))
        {
            var timers = new QueueId(SystemTopics.Timer, 0);
            least[timers] = Timers.Below;
        }

        foreach (var (queue, aside) in _setAside)
        {
            if (least.TryGetValue(queue, out var offset))
            {
                least[queue] = Math.Min(offset, aside.Offsets[0]);
            }
        }

        return least;
    }

    /// <summary>What waits for the broker itself waits for nobody else, whatever clients have committed there.</summary>
    private bool Counts(string group, string topic) => SystemTopics.IsWaitingRoom(topic) ? SystemGroups.IsOwn(group) : _groups.ContainsKey(group);

    /// <summary>A queue's ordinals, the current one last; empty when it has none yet.</summary>
    public IReadOnlyList<QueueOrdinal> OrdinalsOf(string topic, int queueId) => _ordinals.Of(new TopicQueue(topic, queueId));

    /// <summary>The queue that an ordinal belongs to; false when it was never given or its topic was deleted.</summary>
    public bool TryFindOrdinal(int ordinal, [NotNullWhen(true)] out QueueOrdinal? found) => _ordinals.TryFind(ordinal, out found);

    /// <summary>Who owns a queue for a group, expired or not.</summary>
    public bool TryGetLock(string group, string topic, int queueId, [NotNullWhen(true)] out QueueLock? held)
    {
        held = null;
        return _locks.TryGetValue(group, out var ofGroup) && ofGroup.TryGetValue(new TopicQueue(topic, queueId), out held);
    }

    /// <summary>Every lock of a group, expired or not.</summary>
    public IEnumerable<QueueLock> LocksHeldIn(string group) =>
        _locks.TryGetValue(group, out var ofGroup) ? ofGroup.Values : [];

    /// <summary>Every offset of every group, as a copy.</summary>
    public IReadOnlyList<TopicOffsets> ToOffsets() =>
        [.. from ofGroup in _offsets from ofTopic in ofGroup.Value select ofTopic.Value.ToSnapshot(ofGroup.Key, ofTopic.Key)];

    /// <summary>
    /// The whole state as one immutable value. Every lock is in it, whatever its expiry says: renewals are not journalled, so it may well be held.
    /// </summary>
    public MetadataSnapshot ToSnapshot() => new(
        [.. _topics.Values],
        [.. _groups.Values],
        ToOffsets(),
        _ordinals.Next,
        [.. _ordinals.All],
        [.. from ofGroup in _locks.Values from held in ofGroup.Values select held],
        Timers == TimerProgress.None ? null : Timers,
        _keyValues.Count > 0 ? [.. _keyValues.Values] : null,
        _setAside.Count > 0 ? [.. _setAside.Values] : null);

    private void Restore(TopicOffsets entry)
    {
        if (entry.QueueIds.Count != entry.Offsets.Count)
        {
            throw new InvalidOperationException(
                $"Offsets of group {entry.Group} in topic {entry.Topic}: {entry.QueueIds.Count} queues, but {entry.Offsets.Count} offsets.");
        }

        for (var index = 0; index < entry.QueueIds.Count; index++)
        {
            Commit(entry.Group, entry.Topic, entry.QueueIds[index], entry.Offsets[index]);
        }
    }

    private void Commit(string group, string topic, int queueId, long offset)
    {
        if (!_offsets.TryGetValue(group, out var ofGroup))
        {
            _offsets.Add(group, ofGroup = new Dictionary<string, QueueOffsets>(StringComparer.Ordinal));
        }

        if (!ofGroup.TryGetValue(topic, out var ofTopic))
        {
            // One string for all groups of a topic: each stored event brings its own copy.
            ofGroup.Add(_topics.TryGetValue(topic, out var config) ? config.Topic : topic, ofTopic = new QueueOffsets());
        }

        if (ofTopic.Set(queueId, offset))
        {
            OffsetCount++;
        }
    }

    private void Release(MetadataEvents.LockReleased released)
    {
        if (!_locks.TryGetValue(released.Group, out var ofGroup))
        {
            return;
        }

        var queue = new TopicQueue(released.Topic, released.QueueId);
        if (!ofGroup.TryGetValue(queue, out var held) || held.ClientId != released.ClientId)
        {
            return;
        }

        ofGroup.Remove(queue);
        if (ofGroup.Count == 0)
        {
            _locks.Remove(released.Group);
        }
    }

    private void SetAsideIn(MetadataEvents.MessagesSetAside queue)
    {
        var id = new QueueId(queue.Topic, queue.QueueId);
        if (queue.Offsets.Count == 0)
        {
            _setAside.Remove(id);
        }
        else
        {
            _setAside[id] = queue;
        }
    }

    private void Change(MetadataEvents.KeyValuesChanged changed)
    {
        foreach (var name in changed.Forgotten ?? [])
        {
            _keyValues.Remove(name);
        }

        foreach (var entry in changed.Entries)
        {
            _keyValues[entry.Name] = entry;
        }
    }

    private void Forget(string topic)
    {
        _topics.Remove(topic);
        _ordinals.Forget(topic);
        foreach (var (group, ofGroup) in _offsets)
        {
            if (ofGroup.Remove(topic, out var forgotten))
            {
                OffsetCount -= forgotten.Count;
            }

            if (ofGroup.Count == 0)
            {
                _offsets.Remove(group);
            }
        }

        foreach (var (group, ofGroup) in _locks)
        {
            foreach (var queue in ofGroup.Keys)
            {
                if (queue.Topic == topic)
                {
                    ofGroup.Remove(queue);
                }
            }

            if (ofGroup.Count == 0)
            {
                _locks.Remove(group);
            }
        }
    }

    private void Forget(MetadataEvents.GroupDeleted deleted)
    {
        _groups.Remove(deleted.Group);
        _locks.Remove(deleted.Group);
        if (!deleted.RemoveOffsets || !_offsets.Remove(deleted.Group, out var ofGroup))
        {
            return;
        }

        foreach (var forgotten in ofGroup.Values)
        {
            OffsetCount -= forgotten.Count;
        }
    }

    private Dictionary<TopicQueue, QueueLock> LocksOf(string group)
    {
        if (!_locks.TryGetValue(group, out var ofGroup))
        {
            _locks.Add(group, ofGroup = []);
        }

        return ofGroup;
    }
}

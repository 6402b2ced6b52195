using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Groups;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Metadata;

/// <summary>
/// A broker's metadata: what its events add up to. One writer, no locks; the BrokerActor owns it. Events come from the journal or were
/// checked by whoever makes them, so an impossible one means a damaged or foreign journal and throws <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class MetadataState
{
    private readonly Dictionary<string, TopicConfig> topics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SubscriptionGroupConfig> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, QueueOffsets>> offsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<TopicQueue, QueueLock>> locks = new(StringComparer.Ordinal);
    private readonly OrdinalTable ordinals = new();

    public MetadataState()
    {
        Topics = new ReadOnlyDictionary<string, TopicConfig>(topics);
        Groups = new ReadOnlyDictionary<string, SubscriptionGroupConfig>(groups);
    }

    /// <summary>Goes on from a snapshot.</summary>
    /// <exception cref="InvalidOperationException">The snapshot contradicts itself.</exception>
    public MetadataState(MetadataSnapshot snapshot)
        : this()
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        foreach (var topic in snapshot.Topics) topics.Add(topic.Topic, topic);
        foreach (var group in snapshot.Groups) groups.Add(group.GroupName, group);
        foreach (var entry in snapshot.Offsets) Restore(entry);
        ordinals.Restore(snapshot.Ordinals, snapshot.NextOrdinal);
        foreach (var held in snapshot.Locks) LocksOf(held.Group)[new TopicQueue(held.Topic, held.QueueId)] = held;
    }

    /// <summary>Topics by name.</summary>
    public IReadOnlyDictionary<string, TopicConfig> Topics { get; }

    /// <summary>Subscription groups by name.</summary>
    public IReadOnlyDictionary<string, SubscriptionGroupConfig> Groups { get; }

    /// <summary>How many (group, topic, queue) have an offset.</summary>
    public int OffsetCount { get; private set; }

    /// <summary>The ordinal to give to the next queue; above <see cref="QueueOrdinal.MaxOrdinal"/> when all are used up.</summary>
    public int NextOrdinal => ordinals.Next;

    /// <summary>Takes one event in.</summary>
    public void Apply(IMetadataEvent happened)
    {
        switch (happened)
        {
            case MetadataEvents.OffsetsCommitted committed:
                foreach (var offset in committed.Offsets) Commit(offset.Group, offset.Topic, offset.QueueId, offset.Offset);
                break;
            case MetadataEvents.LockGranted granted:
                LocksOf(granted.Group)[new TopicQueue(granted.Topic, granted.QueueId)] =
                    new QueueLock(granted.Group, granted.Topic, granted.QueueId, granted.ClientId, granted.Expiry);
                break;
            case MetadataEvents.LockReleased released:
                Release(released);
                break;
            case MetadataEvents.OrdinalAssigned assigned:
                ordinals.Assign(new QueueOrdinal(assigned.Topic, assigned.QueueId, assigned.Ordinal, assigned.BasePosition));
                break;
            case MetadataEvents.TopicChanged changed:
                topics[changed.Config.Topic] = changed.Config;
                break;
            case MetadataEvents.TopicDeleted deleted:
                Forget(deleted.Topic);
                break;
            case MetadataEvents.GroupChanged changed:
                groups[changed.Config.GroupName] = changed.Config;
                break;
            case MetadataEvents.GroupDeleted deleted:
                Forget(deleted);
                break;
            default:
                throw new InvalidOperationException($"{happened?.GetType().FullName ?? "null"} is no event of a broker's metadata.");
        }
    }

    /// <summary>How far a group has consumed a queue; false when it never committed there.</summary>
    public bool TryGetOffset(string group, string topic, int queueId, out long offset)
    {
        offset = 0;
        return offsets.TryGetValue(group, out var ofGroup) && ofGroup.TryGetValue(topic, out var ofTopic) && ofTopic.TryGet(queueId, out offset);
    }

    /// <summary>Every offset of a group.</summary>
    public IEnumerable<CommittedOffset> OffsetsOf(string group)
    {
        if (!offsets.TryGetValue(group, out var ofGroup)) yield break;
        foreach (var (topic, ofTopic) in ofGroup)
            for (var index = 0; index < ofTopic.Count; index++)
            {
                var (queueId, offset) = ofTopic.At(index);
                yield return new CommittedOffset(group, topic, queueId, offset);
            }
    }

    /// <summary>Groups that committed an offset in a topic.</summary>
    public IEnumerable<string> GroupsWithOffsetsIn(string topic) =>
        from entry in offsets where entry.Value.ContainsKey(topic) select entry.Key;

    /// <summary>A queue's ordinals, the current one last; empty when it has none yet.</summary>
    public IReadOnlyList<QueueOrdinal> OrdinalsOf(string topic, int queueId) => ordinals.Of(new TopicQueue(topic, queueId));

    /// <summary>The queue that an ordinal belongs to; false when it was never given or its topic was deleted.</summary>
    public bool TryFindOrdinal(int ordinal, [NotNullWhen(true)] out QueueOrdinal? found) => ordinals.TryFind(ordinal, out found);

    /// <summary>Who owns a queue for a group, expired or not.</summary>
    public bool TryGetLock(string group, string topic, int queueId, [NotNullWhen(true)] out QueueLock? held)
    {
        held = null;
        return locks.TryGetValue(group, out var ofGroup) && ofGroup.TryGetValue(new TopicQueue(topic, queueId), out held);
    }

    /// <summary>Every lock of a group, expired or not.</summary>
    public IEnumerable<QueueLock> LocksHeldIn(string group) =>
        locks.TryGetValue(group, out var ofGroup) ? ofGroup.Values : [];

    /// <summary>The whole state as one immutable value.</summary>
    /// <param name="locksExpiredBefore">Unix milliseconds; a lock that expired earlier is left out. 0 keeps all.</param>
    public MetadataSnapshot ToSnapshot(long locksExpiredBefore) => new(
        [.. topics.Values],
        [.. groups.Values],
        [.. from ofGroup in offsets from ofTopic in ofGroup.Value select ofTopic.Value.ToSnapshot(ofGroup.Key, ofTopic.Key)],
        ordinals.Next,
        [.. ordinals.All],
        [.. from ofGroup in locks.Values from held in ofGroup.Values where held.Expiry >= locksExpiredBefore select held]);

    private void Restore(TopicOffsets entry)
    {
        if (entry.QueueIds.Count != entry.Offsets.Count)
            throw new InvalidOperationException(
                $"Offsets of group {entry.Group} in topic {entry.Topic}: {entry.QueueIds.Count} queues, but {entry.Offsets.Count} offsets.");
        for (var index = 0; index < entry.QueueIds.Count; index++)
            Commit(entry.Group, entry.Topic, entry.QueueIds[index], entry.Offsets[index]);
    }

    private void Commit(string group, string topic, int queueId, long offset)
    {
        if (!offsets.TryGetValue(group, out var ofGroup))
            offsets.Add(group, ofGroup = new Dictionary<string, QueueOffsets>(StringComparer.Ordinal));
        if (!ofGroup.TryGetValue(topic, out var ofTopic))
        {
            // One string for all groups of a topic: each stored event brings its own copy.
            ofGroup.Add(topics.TryGetValue(topic, out var config) ? config.Topic : topic, ofTopic = new QueueOffsets());
        }

        if (ofTopic.Set(queueId, offset)) OffsetCount++;
    }

    private void Release(MetadataEvents.LockReleased released)
    {
        if (!locks.TryGetValue(released.Group, out var ofGroup)) return;
        var queue = new TopicQueue(released.Topic, released.QueueId);
        if (!ofGroup.TryGetValue(queue, out var held) || held.ClientId != released.ClientId) return;
        ofGroup.Remove(queue);
        if (ofGroup.Count == 0) locks.Remove(released.Group);
    }

    private void Forget(string topic)
    {
        topics.Remove(topic);
        ordinals.Forget(topic);
        foreach (var (group, ofGroup) in offsets)
        {
            if (ofGroup.Remove(topic, out var forgotten)) OffsetCount -= forgotten.Count;
            if (ofGroup.Count == 0) offsets.Remove(group);
        }

        foreach (var (group, ofGroup) in locks)
        {
            foreach (var queue in ofGroup.Keys)
                if (queue.Topic == topic)
                    ofGroup.Remove(queue);
            if (ofGroup.Count == 0) locks.Remove(group);
        }
    }

    private void Forget(MetadataEvents.GroupDeleted deleted)
    {
        groups.Remove(deleted.Group);
        locks.Remove(deleted.Group);
        if (!deleted.RemoveOffsets || !offsets.Remove(deleted.Group, out var ofGroup)) return;
        foreach (var forgotten in ofGroup.Values) OffsetCount -= forgotten.Count;
    }

    private Dictionary<TopicQueue, QueueLock> LocksOf(string group)
    {
        if (!locks.TryGetValue(group, out var ofGroup)) locks.Add(group, ofGroup = []);
        return ofGroup;
    }
}

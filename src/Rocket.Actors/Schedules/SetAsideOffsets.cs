using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Schedules;

/// <summary>
/// Which waiting messages are passed over because they cannot be delivered now: how far their queue is delivered tells nothing of them. Journalled before that, so that the next leader tries them again.
/// </summary>
internal sealed class SetAsideOffsets
{
    /// <summary>So many at once: they are one event, and each is tried again now and then.</summary>
    public const int Most = 4096;

    private readonly Dictionary<QueueId, SortedSet<long>> _queues = [];
    private readonly HashSet<QueueId> _changed = [];
    private int _count;

    /// <summary>Whether something is not journalled yet.</summary>
    public bool HasChanged => _changed.Count > 0;

    /// <summary>What was journalled.</summary>
    public void Restore(MetadataEvents.MessagesSetAside queue)
    {
        SortedSet<long> offsets = [.. queue.Offsets];
        _queues[new QueueId(queue.Topic, queue.QueueId)] = offsets;
        _count += offsets.Count;
    }

    public bool Contains(QueueId queue, long offset) => _count > 0 && _queues.TryGetValue(queue, out var offsets) && offsets.Contains(offset);

    /// <summary>Adds one. False: there are too many.</summary>
    public bool TryAdd(QueueId queue, long offset)
    {
        if (_count >= Most)
        {
            return false;
        }

        if (!_queues.TryGetValue(queue, out var offsets))
        {
            _queues.Add(queue, offsets = []);
        }

        _count += offsets.Add(offset) ? 1 : 0;
        _changed.Add(queue);
        return true;
    }

    /// <summary>One is delivered after all, or there is nothing to be delivered.</summary>
    public void Remove(QueueId queue, long offset)
    {
        if (_queues.TryGetValue(queue, out var offsets) && offsets.Remove(offset))
        {
            _count--;
            _changed.Add(queue);
        }
    }

    /// <summary>What is to be journalled.</summary>
    public IReadOnlyList<MetadataEvents.MessagesSetAside> TakeChanges()
    {
        if (_changed.Count == 0)
        {
            return [];
        }

        IReadOnlyList<MetadataEvents.MessagesSetAside> changes =
            [.. _changed.Select(queue => new MetadataEvents.MessagesSetAside(queue.Topic, queue.Number, [.. _queues[queue]]))];
        _changed.Clear();
        return changes;
    }
}

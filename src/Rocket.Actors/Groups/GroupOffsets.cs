using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Groups;

/// <summary>How far a group has consumed each queue, and which of that is not durable yet.</summary>
internal sealed class GroupOffsets
{
    private readonly Dictionary<QueueId, long> _offsets = [];
    private readonly HashSet<QueueId> _changed = [];

    public bool HasChanges => _changed.Count > 0;

    public void Restore(QueueId queue, long offset) => _offsets[queue] = offset;

    /// <summary>Takes whatever the client says, lower or not, as RocketMQ does: it is how a person winds a group back.</summary>
    public void Commit(QueueId queue, long offset)
    {
        if (_offsets.TryGetValue(queue, out var before) && before == offset)
        {
            return;
        }

        _offsets[queue] = offset;
        _changed.Add(queue);
    }

    public long? Find(QueueId queue) => _offsets.TryGetValue(queue, out var offset) ? offset : null;

    /// <summary>Whether an offset was committed in any queue of a topic.</summary>
    public bool HasAny(string topic) => _offsets.Keys.Any(queue => queue.Topic == topic);

    /// <summary>Every offset, as a copy.</summary>
    public IReadOnlyList<CommittedOffset> All(string group) =>
        [.. _offsets.Select(entry => new CommittedOffset(group, entry.Key.Topic, entry.Key.Number, entry.Value))];

    /// <summary>Takes what changed since the last time.</summary>
    public IReadOnlyList<CommittedOffset> TakeChanges(string group)
    {
        var changes = new CommittedOffset[_changed.Count];
        var next = 0;
        foreach (var queue in _changed)
        {
            changes[next++] = new CommittedOffset(group, queue.Topic, queue.Number, _offsets[queue]);
        }

        _changed.Clear();
        return changes;
    }
}

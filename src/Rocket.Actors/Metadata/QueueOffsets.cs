namespace Rocket.Actors.Metadata;

/// <summary>One group's offsets in one topic, queue ids ascending. Two arrays, because there are as many of these as groups × topics.</summary>
internal sealed class QueueOffsets
{
    private int[] _queueIds = [];
    private long[] _offsets = [];

    /// <summary>Queues with an offset.</summary>
    public int Count => _queueIds.Length;

    /// <summary>The offset of a queue; false when none was committed.</summary>
    public bool TryGet(int queueId, out long offset)
    {
        var index = Array.BinarySearch(_queueIds, queueId);
        offset = index < 0 ? 0 : _offsets[index];
        return index >= 0;
    }

    /// <summary>Sets the offset of a queue; true when the queue had none before.</summary>
    public bool Set(int queueId, long offset)
    {
        var index = Array.BinarySearch(_queueIds, queueId);
        if (index >= 0)
        {
            _offsets[index] = offset;
            return false;
        }

        _queueIds = [.. _queueIds.AsSpan(0, ~index), queueId, .. _queueIds.AsSpan(~index)];
        _offsets = [.. _offsets.AsSpan(0, ~index), offset, .. _offsets.AsSpan(~index)];
        return true;
    }

    /// <summary>The queue and offset at an index below <see cref="Count"/>.</summary>
    public (int QueueId, long Offset) At(int index) => (_queueIds[index], _offsets[index]);

    /// <summary>A copy that later changes leave alone.</summary>
    public TopicOffsets ToSnapshot(string group, string topic) => new(group, topic, [.. _queueIds], [.. _offsets]);
}

using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Metadata;

/// <summary>A broker's ordinals, both ways: queue to ordinals and ordinal to queue. Dense, never given twice, not even after a topic is deleted.</summary>
internal sealed class OrdinalTable
{
    private readonly Dictionary<int, QueueOrdinal> _byOrdinal = [];
    private readonly Dictionary<string, Dictionary<int, List<QueueOrdinal>>> _byQueue = new(StringComparer.Ordinal);

    /// <summary>The ordinal to give next.</summary>
    public int Next { get; private set; }

    /// <summary>Every ordinal of a queue that exists, ascending.</summary>
    public IEnumerable<QueueOrdinal> All => _byOrdinal.Values.OrderBy(given => given.Ordinal);

    /// <summary>Takes in the next ordinal.</summary>
    /// <exception cref="InvalidOperationException">It is not <see cref="Next"/>, or above the maximum, or its base position does not rise.</exception>
    public void Assign(QueueOrdinal assigned)
    {
        if (assigned.Ordinal != Next)
        {
            throw new InvalidOperationException($"{assigned}: the next ordinal is {Next}.");
        }

        Add(assigned);
        Next++;
    }

    /// <summary>Takes over what a snapshot holds.</summary>
    /// <exception cref="InvalidOperationException">An ordinal is given twice, or out of order, or not below <paramref name="next"/>.</exception>
    public void Restore(IReadOnlyList<QueueOrdinal> given, int next)
    {
        var lowest = 0;
        foreach (var assigned in given)
        {
            if (assigned.Ordinal < lowest || assigned.Ordinal >= next)
            {
                throw new InvalidOperationException($"{assigned}: an ordinal from {lowest} to {next - 1} was expected.");
            }

            Add(assigned);
            lowest = assigned.Ordinal + 1;
        }

        Next = next;
    }

    /// <summary>The ordinals of a queue, the current one last.</summary>
    public IReadOnlyList<QueueOrdinal> Of(TopicQueue queue) =>
        _byQueue.TryGetValue(queue.Topic, out var ofTopic) && ofTopic.TryGetValue(queue.QueueId, out var ofQueue) ? ofQueue : [];

    /// <summary>The queue of an ordinal.</summary>
    public bool TryFind(int ordinal, [NotNullWhen(true)] out QueueOrdinal? found) => _byOrdinal.TryGetValue(ordinal, out found);

    /// <summary>Forgets a deleted topic's queues; their ordinals stay used.</summary>
    public void Forget(string topic)
    {
        if (!_byQueue.Remove(topic, out var ofTopic))
        {
            return;
        }

        foreach (var ofQueue in ofTopic.Values)
        {
            foreach (var given in ofQueue)
            {
                _byOrdinal.Remove(given.Ordinal);
            }
        }
    }

    private void Add(QueueOrdinal assigned)
    {
        if (assigned.Ordinal > QueueOrdinal.MaxOrdinal)
        {
            throw new InvalidOperationException($"{assigned}: ordinals end at {QueueOrdinal.MaxOrdinal}.");
        }

        if (!_byQueue.TryGetValue(assigned.Topic, out var ofTopic))
        {
            _byQueue.Add(assigned.Topic, ofTopic = []);
        }

        if (!ofTopic.TryGetValue(assigned.QueueId, out var ofQueue))
        {
            ofTopic.Add(assigned.QueueId, ofQueue = []);
        }

        if (ofQueue.Count > 0 && assigned.BasePosition <= ofQueue[^1].BasePosition)
        {
            throw new InvalidOperationException($"{assigned}: the queue's ordinal {ofQueue[^1].Ordinal} begins at {ofQueue[^1].BasePosition} already.");
        }

        ofQueue.Add(assigned);
        _byOrdinal.Add(assigned.Ordinal, assigned);
    }
}

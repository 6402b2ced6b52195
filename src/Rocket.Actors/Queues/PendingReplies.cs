namespace Rocket.Actors.Queues;

/// <summary>The sends that are written and wait for their flush, or for copies on other nodes, oldest first.</summary>
internal sealed class PendingReplies
{
    private readonly Queue<Pending> _pending = new();
    private long _lastEnd = long.MinValue;

    public int Count => _pending.Count;

    /// <summary>Adds a send that ends before <paramref name="endOffset"/>; ends never go back.</summary>
    /// <param name="append">The send.</param>
    /// <param name="endOffset">Behind its last record.</param>
    /// <param name="since">Time stamp of its write.</param>
    public void Add(Append append, long endOffset, long since)
    {
        if (endOffset <= _lastEnd)
        {
            throw new InvalidOperationException($"A send that ends at {endOffset} came after one that ends at {_lastEnd}.");
        }

        _lastEnd = endOffset;
        _pending.Enqueue(new Pending(append, endOffset, since));
    }

    /// <summary>Answers every send that lies before <paramref name="offset"/>.</summary>
    public void CompleteUpTo(long offset, AppendOutcome outcome)
    {
        while (_pending.TryPeek(out var first) && first.EndOffset <= offset)
        {
            _pending.Dequeue();
            first.Append.Answer(outcome);
        }
    }

    /// <summary>Answers the sends that have waited too long, for their flush or, where they are as firm here as they have to be, for a copy.</summary>
    /// <param name="now">Time stamp.</param>
    /// <param name="ownOffset">Behind what this node holds as firmly as the broker's flush mode wants.</param>
    /// <param name="flushTimeout">Ticks of that clock.</param>
    /// <param name="slaveTimeout">Ticks of that clock.</param>
    public void Expire(long now, long ownOffset, long flushTimeout, long slaveTimeout)
    {
        while (_pending.TryPeek(out var first))
        {
            var waitsForCopy = first.EndOffset <= ownOffset;
            if (now - first.Since < (waitsForCopy ? slaveTimeout : flushTimeout))
            {
                return;
            }

            _pending.Dequeue();
            first.Append.Answer(waitsForCopy ? AppendOutcome.SlaveTimeout : AppendOutcome.FlushTimeout);
        }
    }

    /// <summary>Answers all: their flush failed. The log may go on from an earlier offset after that.</summary>
    public void FailAll(AppendOutcome outcome)
    {
        _lastEnd = long.MinValue;
        while (_pending.TryDequeue(out var first))
        {
            first.Append.Answer(outcome);
        }
    }

    private readonly record struct Pending(Append Append, long EndOffset, long Since);
}

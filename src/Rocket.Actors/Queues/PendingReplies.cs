namespace Rocket.Actors.Queues;

/// <summary>The sends that are written and wait for their flush, oldest first.</summary>
internal sealed class PendingReplies
{
    private readonly Queue<Pending> _pending = new();
    private long _lastEnd = long.MinValue;

    public int Count => _pending.Count;

    /// <summary>Adds a send that ends before <paramref name="endOffset"/>; ends never go back.</summary>
    public void Add(Append append, long endOffset, long deadline)
    {
        if (endOffset <= _lastEnd)
        {
            throw new InvalidOperationException($"A send that ends at {endOffset} came after one that ends at {_lastEnd}.");
        }

        _lastEnd = endOffset;
        _pending.Enqueue(new Pending(append, endOffset, deadline));
    }

    /// <summary>Answers every send that lies before <paramref name="confirmedOffset"/>.</summary>
    public void CompleteUpTo(long confirmedOffset)
    {
        while (_pending.TryPeek(out var first) && first.EndOffset <= confirmedOffset)
        {
            _pending.Dequeue();
            first.Append.Answer(AppendOutcome.Stored);
        }
    }

    /// <summary>Answers the sends whose flush takes too long: stored, but not known to be on disk.</summary>
    public void Expire(long timestamp)
    {
        while (_pending.TryPeek(out var first) && first.Deadline <= timestamp)
        {
            _pending.Dequeue();
            first.Append.Answer(AppendOutcome.FlushTimeout);
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

    private readonly record struct Pending(Append Append, long EndOffset, long Deadline);
}

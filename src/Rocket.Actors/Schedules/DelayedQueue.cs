using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Schedules;

/// <summary>One queue of delayed messages: up to where it was looked at, and up to where all are delivered.</summary>
/// <param name="number">Its queue id.</param>
/// <param name="start">First offset that is not known to be delivered.</param>
internal sealed class DelayedQueue(int number, long start)
{
    private readonly Queue<Delivery> _underWay = new();
    private long _durable = start;

    public int Number => number;

    /// <summary>The next offset to look at.</summary>
    public long Next { get; private set; } = start;

    /// <summary>Everything before this offset is delivered.</summary>
    public long Done => _underWay.TryPeek(out var first) ? first.SourceOffset : Next;

    /// <summary>What of <see cref="Done"/> is durable, or on its way to be.</summary>
    public long Committed { get; set; } = start;

    /// <summary>What of it is durable. Any thread may read it.</summary>
    public long Durable
    {
        get => Volatile.Read(ref _durable);
        set => Volatile.Write(ref _durable, value);
    }

    /// <summary>When to look again, milliseconds since 1970.</summary>
    public long LookAt { get; set; }

    public int UnderWay => _underWay.Count;

    /// <summary>A delivery of the next offset has begun.</summary>
    public void Started(Delivery delivery)
    {
        if (delivery.SourceOffset != Next)
        {
            throw new InvalidOperationException($"Offset {delivery.SourceOffset} is delivered before {Next}.");
        }

        _underWay.Enqueue(delivery);
        Next++;
    }

    /// <summary>Offsets below were deleted: nothing is there to be delivered.</summary>
    public void SkipTo(long offset)
    {
        if (_underWay.Count == 0)
        {
            Next = Math.Max(Next, offset);
        }
    }

    /// <summary>Forgets deliveries that are done, as far as nothing before them is not.</summary>
    public bool TryTakeDone([NotNullWhen(true)] out Delivery? delivery)
    {
        if (_underWay.TryPeek(out delivery) && delivery.IsDone)
        {
            _underWay.Dequeue();
            return true;
        }

        return false;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Schedules;

/// <summary>One queue of delayed messages: up to where it was looked at, and up to where all are delivered.</summary>
/// <param name="number">Its queue id.</param>
/// <param name="start">First offset that is not known to be delivered.</param>
internal sealed class DelayedQueue(int number, long start)
{
    /// <summary>Milliseconds that the time of storage may be ahead of the clock: beyond, the clock was wrong and was set back since.</summary>
    public const long MostAhead = 3_600_000;

    private readonly Queue<Delivery> _underWay = new();
    private long _aheadSince;
    private long _aheadBefore;
    private long _durable = start;

    public int Number => number;

    /// <summary>The next offset to look at.</summary>
    public long Next { get; private set; } = start;

    /// <summary>Everything before this offset is delivered, or set aside.</summary>
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

    /// <summary>When a message is due, milliseconds since 1970. One whose time of storage says nothing, since it is far ahead of the clock, waits from when it was first seen here.</summary>
    /// <param name="offset">Its offset.</param>
    /// <param name="stored">Its time of storage.</param>
    /// <param name="now">The clock.</param>
    /// <param name="delay">How long the level waits.</param>
    /// <param name="shown">What is there now, all of which is seen by this.</param>
    public long DueAt(long offset, long stored, long now, long delay, long shown)
    {
        if (stored <= now + MostAhead)
        {
            return stored + delay;
        }

        if (offset >= _aheadBefore || _aheadSince > now)
        {
            (_aheadBefore, _aheadSince) = (shown, now);
        }

        return _aheadSince + delay;
    }

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

    /// <summary>The next offset was set aside before.</summary>
    public void PassOver() => Next++;

    /// <summary>Offsets below were deleted: nothing is there to be delivered.</summary>
    public void SkipTo(long offset)
    {
        if (_underWay.Count == 0)
        {
            Next = Math.Max(Next, offset);
        }
    }

    /// <summary>Forgets deliveries that are done or set aside, as far as nothing before them is not.</summary>
    public bool TryTakeDone([NotNullWhen(true)] out Delivery? delivery)
    {
        if (_underWay.TryPeek(out delivery) && (delivery.IsDone || delivery.IsSetAside))
        {
            _underWay.Dequeue();
            return true;
        }

        return false;
    }
}

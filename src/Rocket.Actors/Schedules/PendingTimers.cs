namespace Rocket.Actors.Schedules;

/// <summary>
/// What of a broker's timer queue has to be delivered soon. Only messages that are due within a window are in memory; of all others it is known in which stretch of the queue the earliest and the latest
/// is due, so that a new window reads only stretches that may have some. No clock and no disk.
/// </summary>
internal sealed class PendingTimers
{
    /// <summary>Messages of one stretch.</summary>
    public const int StretchLength = 16_384;

    private readonly TimerProgress _start;
    private readonly int _mostWaiting;
    private readonly LinkedList<Stretch> _stretches = [];
    private readonly SortedSet<TimerPoint> _underWay = [];
    private PriorityQueue<long, TimerPoint> _waiting = new();
    private LinkedListNode<Stretch>? _looked;
    private TimerPoint? _opening;
    private TimerPoint _taken;
    private int _narrowAbove;
    private long _lookedUntil;
    private long _below;

    /// <param name="start">What was delivered before.</param>
    /// <param name="window">Messages due by then are kept in memory; milliseconds since 1970.</param>
    /// <param name="mostWaiting">Messages in memory above which the window is made smaller.</param>
    public PendingTimers(TimerProgress start, long window, int mostWaiting = 200_000)
    {
        _mostWaiting = _narrowAbove = mostWaiting;
        // The first window is open once the queue was read: an earlier message may still come, and what is delivered is noted in order.
        (_start, _below, Next, Window) = (start, start.Below, start.Below, start.End);
        _opening = TimerPoint.After(window) > Window ? TimerPoint.After(window) : null;
    }

    /// <summary>The next offset to read.</summary>
    public long Next { get; private set; }

    /// <summary>Every message before this point was put into memory.</summary>
    public TimerPoint Window { get; private set; }

    /// <summary>Messages in memory that wait for their time.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>When the earliest of them is due; null: there is none.</summary>
    public long? NextDue => _waiting.TryPeek(out _, out var point) ? point.Due : null;

    /// <summary>Whether a new window is being filled.</summary>
    public bool IsOpening => _opening is not null;

    private TimerPoint Limit => _opening ?? Window;

    /// <summary>Takes in the next message of the queue.</summary>
    public void Read(long due)
    {
        var offset = Next++;
        StretchOf(offset).Add(due);
        Take(new TimerPoint(due, offset));
    }

    /// <summary>Nobody knows when the next message is due: it is set aside.</summary>
    public void PassOver() => StretchOf(Next++).AddUnknown();

    /// <summary>Retention has taken what is below this offset.</summary>
    public void SkipTo(long offset)
    {
        if (_stretches.Count == 0 && offset > Next)
        {
            (Next, _below) = (offset, offset);
        }
    }

    /// <summary>The earliest message, if it is due.</summary>
    public bool TryTakeDue(long now, out long offset, out long due)
    {
        if (!_waiting.TryPeek(out offset, out var point) || point.Due > now || point >= Window)
        {
            due = 0;
            return false;
        }

        _waiting.Dequeue();
        _underWay.Add(point);
        _taken = TimerPoint.Later(_taken, point);
        due = point.Due;
        return true;
    }

    /// <summary>Such a message waits after all.</summary>
    public void PutBack(long offset, long due)
    {
        _underWay.Remove(new TimerPoint(due, offset));
        _waiting.Enqueue(offset, new TimerPoint(due, offset));
    }

    /// <summary>Such a message is delivered.</summary>
    public void Delivered(long offset, long due) => _underWay.Remove(new TimerPoint(due, offset));

    /// <summary>Begins to put into memory what is due by a later time, unless there is much already.</summary>
    public void Open(long until)
    {
        if (IsOpening || TimerPoint.After(until) <= Window || _waiting.Count > _mostWaiting / 4)
        {
            return;
        }

        (_opening, _lookedUntil, _narrowAbove) = (TimerPoint.After(until), Next, _mostWaiting);
        Forget();
        _looked = _stretches.First;
    }

    /// <summary>The next stretch that has to be read for the new window; null: it is open.</summary>
    public Stretch? NextToRead()
    {
        while (_opening is { } opening)
        {
            if (_looked is not { } node || node.Value.First >= _lookedUntil)
            {
                (Window, _opening) = (opening, null);
                return null;
            }

            _looked = node.Next;
            if (node.Value.MayHave(Window, opening))
            {
                return node.Value;
            }
        }

        return null;
    }

    /// <summary>Takes in a message that was read once more for the new window.</summary>
    public void ReadAgain(long offset, long due)
    {
        if (offset < _lookedUntil && new TimerPoint(due, offset) is var point && point >= Window)
        {
            Take(point);
        }
    }

    /// <summary>What is delivered; may only go on, never back: null when it would.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="before">The last one.</param>
    public TimerProgress? Progress(long now, TimerProgress before)
    {
        var end = TimerPoint.Earlier(TimerPoint.After(now), Window);
        if (_underWay.Count > 0)
        {
            end = TimerPoint.Earlier(end, _underWay.Min);
        }

        if (_waiting.TryPeek(out _, out var first))
        {
            end = TimerPoint.Earlier(end, first);
        }

        return end < before.End || Next < before.Before ? null : TimerProgress.Of(Math.Max(_below, before.Below), Next, end);
    }

    /// <summary>Stretches whose messages are all delivered are no longer known; the first that is left says up to where all are.</summary>
    private void Forget()
    {
        if (Progress(Window.Due, TimerProgress.None) is not { } progress)
        {
            return;
        }

        // The one that is still filled stays: it says where the queue is.
        while (_stretches.First is { Value: var first } && first.Count == StretchLength && first.Last < progress.End)
        {
            _stretches.RemoveFirst();
            _below = first.First + first.Count;
        }
    }

    private Stretch StretchOf(long offset) =>
        _stretches.Last is { Value: { Count: < StretchLength } last } ? last : _stretches.AddLast(new Stretch(offset)).Value;

    private void Take(TimerPoint point)
    {
        if (point >= Limit || _start.Covers(point.Offset, point.Due))
        {
            return;
        }

        _waiting.Enqueue(point.Offset, point);
        if (_waiting.Count > _narrowAbove)
        {
            Narrow();
        }
    }

    /// <summary>Too many are due in the window: the earlier half of them has to do. The others are found again when the next one is opened.</summary>
    private void Narrow()
    {
        TimerPoint[] points = [.. _waiting.UnorderedItems.Select(static waiting => waiting.Priority)];
        Array.Sort(points);
        // Whatever the next window reads again must not have been taken before.
        var least = IsOpening ? Window : new TimerPoint(_taken.Due, _taken.Offset + 1);
        var end = TimerPoint.Later(points[_mostWaiting / 2], least);
        var kept = Array.BinarySearch(points, end) is var at && at < 0 ? ~at : at;
        _narrowAbove = Math.Max(_mostWaiting, 2 * kept);
        if (kept == points.Length)
        {
            return;
        }

        _waiting = new PriorityQueue<long, TimerPoint>(points.Take(kept).Select(static point => (point.Offset, point)));
        if (IsOpening)
        {
            _opening = end;
        }
        else
        {
            Window = end;
        }
    }

    /// <summary>Neighbours in the queue, and when the first and the last of them is due.</summary>
    /// <param name="first">Offset of the first.</param>
    internal sealed class Stretch(long first)
    {
        private long _earliest = long.MaxValue;
        private long _latest = long.MinValue;

        public long First => first;

        public int Count { get; private set; }

        /// <summary>No message in it is behind this point.</summary>
        public TimerPoint Last => new(_latest, first + Count - 1);

        public void Add(long due)
        {
            Count++;
            _earliest = Math.Min(_earliest, due);
            _latest = Math.Max(_latest, due);
        }

        public void AddUnknown() => Count++;

        /// <summary>Whether a message in it may be at the first point or behind it, and before the second.</summary>
        public bool MayHave(TimerPoint from, TimerPoint to) => Last >= from && new TimerPoint(_earliest, first) < to;
    }
}

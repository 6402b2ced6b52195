namespace Rocket.Actors.Schedules;

/// <summary>
/// What of a broker's timer queue has to be delivered soon. Only messages that are due within a window are in memory; of all others it is known in which stretch of the queue the earliest and the latest
/// is due, so that a new window reads only stretches that may have some. No clock and no disk.
/// </summary>
/// <param name="start">What was delivered before.</param>
/// <param name="window">Messages due by then are kept in memory; milliseconds since 1970.</param>
internal sealed class PendingTimers(TimerProgress start, long window)
{
    /// <summary>Messages of one stretch.</summary>
    public const int StretchLength = 16_384;

    /// <summary>Messages in memory above which the window is made smaller.</summary>
    private const int MostWaiting = 200_000;

    /// <summary>The smallest window, milliseconds.</summary>
    private const long LeastWindow = 1000;

    private readonly LinkedList<Stretch> _stretches = [];
    private readonly SortedSet<(long Due, long Offset)> _underWay = [];
    private PriorityQueue<long, long> _waiting = new();
    private LinkedListNode<Stretch>? _looked;
    private long _lookedUntil;
    private long _opening;
    private long _below = start.Below;

    /// <summary>The next offset to read.</summary>
    public long Next { get; private set; } = start.Below;

    /// <summary>Every message that is due by then was put into memory.</summary>
    public long Window { get; private set; } = window;

    /// <summary>Messages in memory that wait for their time.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>When the earliest of them is due; null: there is none.</summary>
    public long? NextDue => _waiting.TryPeek(out _, out var due) ? due : null;

    /// <summary>Whether a new window is being filled.</summary>
    public bool IsOpening => _opening > 0;

    private long Limit => IsOpening ? _opening : Window;

    /// <summary>Takes in the next message of the queue.</summary>
    public void Read(long due)
    {
        var offset = Next++;
        if (_stretches.Last is not { Value: { Count: < StretchLength } last })
        {
            last = _stretches.AddLast(new Stretch(offset)).Value;
        }

        last.Add(due);
        if (due <= Limit && !start.Covers(offset, due))
        {
            Wait(offset, due);
        }
    }

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
        if (!_waiting.TryPeek(out offset, out due) || due > now)
        {
            return false;
        }

        _waiting.Dequeue();
        _underWay.Add((due, offset));
        return true;
    }

    /// <summary>Such a message waits after all.</summary>
    public void PutBack(long offset, long due)
    {
        _underWay.Remove((due, offset));
        _waiting.Enqueue(offset, due);
    }

    /// <summary>Such a message is delivered.</summary>
    public void Delivered(long offset, long due) => _underWay.Remove((due, offset));

    /// <summary>Begins to put into memory what is due by a later time.</summary>
    public void Open(long until)
    {
        if (IsOpening || until <= Window)
        {
            return;
        }

        (_opening, _looked, _lookedUntil) = (until, _stretches.First, Next);
        Forget();
    }

    /// <summary>The next stretch that has to be read for the new window; null: it is open.</summary>
    public Stretch? NextToRead()
    {
        while (IsOpening)
        {
            if (_looked is not { } node || node.Value.First >= _lookedUntil)
            {
                (Window, _opening) = (_opening, 0);
                return null;
            }

            _looked = node.Next;
            if (node.Value.Latest > Window && node.Value.Earliest <= _opening)
            {
                return node.Value;
            }
        }

        return null;
    }

    /// <summary>Takes in a message that was read once more for the new window.</summary>
    public void ReadAgain(long offset, long due)
    {
        if (offset < _lookedUntil && due > Window && due <= Limit)
        {
            Wait(offset, due);
        }
    }

    /// <summary>What is delivered; may only go on, never back: null when it would.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <param name="before">The last one.</param>
    public TimerProgress? Progress(long now, TimerProgress before)
    {
        var until = Math.Min(now, Window);
        if (_underWay.Count > 0)
        {
            until = Math.Min(until, _underWay.Min.Due - 1);
        }

        if (_waiting.TryPeek(out _, out var due))
        {
            until = Math.Min(until, due - 1);
        }

        return until < before.Until || Next < before.Before ? null : new TimerProgress(Math.Max(_below, before.Below), Next, until);
    }

    /// <summary>Stretches whose messages are all delivered are no longer known; the first that is left says up to where all are.</summary>
    private void Forget()
    {
        if (Progress(Window, TimerProgress.None) is not { } progress)
        {
            return;
        }

        // The one that is still filled stays: it says where the queue is.
        while (_stretches.First is { Value: var first } && first.Count == StretchLength && first.Latest <= progress.Until)
        {
            _stretches.RemoveFirst();
            _below = first.First + first.Count;
        }

        _looked = _stretches.First;
    }

    private void Wait(long offset, long due)
    {
        _waiting.Enqueue(offset, due);
        if (_waiting.Count > MostWaiting && IsOpening && _opening > Window + LeastWindow)
        {
            Narrow();
        }
    }

    /// <summary>Too many are due in the new window: half of it has to do.</summary>
    private void Narrow()
    {
        _opening = Window + Math.Max(LeastWindow, (_opening - Window) / 2);
        var kept = new PriorityQueue<long, long>(_waiting.UnorderedItems.Where(waiting => waiting.Priority <= _opening));
        _waiting = kept;
    }

    /// <summary>Neighbours in the queue, and when the first and the last of them is due.</summary>
    /// <param name="first">Offset of the first.</param>
    internal sealed class Stretch(long first)
    {
        public long First => first;

        public int Count { get; private set; }

        public long Earliest { get; private set; } = long.MaxValue;

        public long Latest { get; private set; } = long.MinValue;

        public void Add(long due)
        {
            Count++;
            Earliest = Math.Min(Earliest, due);
            Latest = Math.Max(Latest, due);
        }
    }
}

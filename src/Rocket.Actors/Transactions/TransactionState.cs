namespace Rocket.Actors.Transactions;

/// <summary>
/// Which half messages of a broker are not settled: what stands in the log of half messages from some offset on, less what the log of operations says. No clock and no disk.
/// </summary>
internal sealed class TransactionState
{
    /// <summary>Operations between two notes of how far they may be forgotten.</summary>
    private const int MarkInterval = 1000;

    private readonly SortedDictionary<long, HalfMessage> _pending = [];
    private readonly Dictionary<long, long> _settledBefore = [];
    private readonly Dictionary<long, int> _checksBefore = [];
    private readonly Queue<Mark> _marks = new();
    private long _lastMark;

    /// <param name="halfStart">Half messages below are settled.</param>
    /// <param name="operationStart">Operations below are about those.</param>
    public TransactionState(long halfStart, long operationStart)
    {
        (NextHalf, OperationsKept, _lastMark) = (halfStart, operationStart, operationStart);
        NextOperation = operationStart;
    }

    /// <summary>The next offset of the log of half messages to read.</summary>
    public long NextHalf { get; private set; }

    /// <summary>The next offset of the log of operations to read.</summary>
    public long NextOperation { get; private set; }

    /// <summary>Half messages below this offset are settled.</summary>
    public long SettledUpTo => _pending.Count == 0 ? NextHalf : First;

    /// <summary>Operations below this offset are about settled half messages below <see cref="SettledUpTo"/> alone.</summary>
    public long OperationsKept { get; private set; }

    /// <summary>Those that are not settled, oldest first.</summary>
    public SortedDictionary<long, HalfMessage>.ValueCollection Pending => _pending.Values;

    public int Count => _pending.Count;

    private long First
    {
        get
        {
            foreach (var half in _pending.Keys)
            {
                return half;
            }

            return NextHalf;
        }
    }

    /// <summary>The log of operations says that a half message is settled.</summary>
    /// <param name="half">Its offset.</param>
    /// <param name="storedAt">When it was stored: after a power cut another one may be at that offset.</param>
    public void WasSettled(long half, long storedAt)
    {
        if (half >= NextHalf)
        {
            _settledBefore[half] = storedAt;
        }

        OperationRead();
    }

    /// <summary>The log of operations says that the producer of a half message was asked.</summary>
    public void WasChecked(long half)
    {
        if (half >= NextHalf)
        {
            _checksBefore[half] = _checksBefore.GetValueOrDefault(half) + 1;
        }

        OperationRead();
    }

    /// <summary>The next half message of its log; null: it is settled.</summary>
    public HalfMessage? Read(long storedAt)
    {
        var offset = NextHalf++;
        _checksBefore.Remove(offset, out var checks);
        if (_settledBefore.Remove(offset, out var settled) && settled == storedAt)
        {
            return null;
        }

        var half = new HalfMessage(offset, storedAt) { Checks = checks };
        _pending.Add(offset, half);
        return half;
    }

    /// <summary>Retention has taken what is below this offset.</summary>
    public void SkipTo(long offset) => NextHalf = Math.Max(NextHalf, offset);

    public HalfMessage? Find(long offset) => _pending.GetValueOrDefault(offset);

    /// <summary>A half message is settled, and the operation that says so is stored.</summary>
    public void Settled(HalfMessage half) => _pending.Remove(half.Offset);

    /// <summary>An operation was stored at this offset of its log.</summary>
    public void OperationStored(long offset)
    {
        NextOperation = Math.Max(NextOperation, offset + 1);
        NoteMark();
    }

    /// <summary>Finds out which operations need not be kept.</summary>
    public void Forget()
    {
        var settled = SettledUpTo;
        if (_pending.Count == 0)
        {
            _marks.Clear();
            OperationsKept = NextOperation;
            _lastMark = NextOperation;
            return;
        }

        while (_marks.TryPeek(out var mark) && mark.Halves <= settled)
        {
            OperationsKept = mark.Operation;
            _marks.Dequeue();
        }
    }

    /// <summary>It may be about a half message that is not read yet: no mark.</summary>
    private void OperationRead() => NextOperation++;

    /// <summary>Whatever was said before is about half messages that are known by now.</summary>
    private void NoteMark()
    {
        if (NextOperation - _lastMark >= MarkInterval)
        {
            _lastMark = NextOperation;
            _marks.Enqueue(new Mark(NextOperation, NextHalf));
        }
    }

    private readonly record struct Mark(long Operation, long Halves);
}

namespace Rocket.Benchmarks.Journal;

/// <summary>What was found in one queue, or in all of them together.</summary>
internal sealed class QueueVerdict
{
    private const int MaxExamples = 5;

    public long Confirmed { get; set; }

    public long Read { get; set; }

    /// <summary>Stored messages of the journal's runs that were never confirmed; a broker that died before it answered leaves some.</summary>
    public long Unconfirmed { get; set; }

    /// <summary>Messages that no load run stamped.</summary>
    public long Foreign { get; set; }

    /// <summary>Confirmed, but not at its offset: the offset is beyond the queue's end, below its beginning, or holds something else.</summary>
    public long Lost { get; private set; }

    /// <summary>There, but its physical offset is not the confirmed one.</summary>
    public long Moved { get; private set; }

    /// <summary>Stored more often than once.</summary>
    public long Repeated { get; private set; }

    /// <summary>Behind a message that the same connection sent later to the same queue.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Queue offsets that don't follow each other, bodies whose checksum is wrong, or two confirmations of one offset.</summary>
    public long Broken { get; private set; }

    public List<string> Examples { get; } = [];

    public void NoteLost(string what) => Lost += Note(what);

    public void NoteMoved(string what) => Moved += Note(what);

    public void NoteRepeated(string what) => Repeated += Note(what);

    public void NoteOutOfOrder(string what) => OutOfOrder += Note(what);

    public void NoteBroken(string what) => Broken += Note(what);

    /// <param name="anyOrder">Order does not count: the broker promises none among requests that were outstanding together.</param>
    public bool IsGood(bool anyOrder) => Lost + Moved + Repeated + Broken == 0 && (anyOrder || OutOfOrder == 0);

    public void Add(QueueVerdict other)
    {
        Confirmed += other.Confirmed;
        Read += other.Read;
        Unconfirmed += other.Unconfirmed;
        Foreign += other.Foreign;
        Lost += other.Lost;
        Moved += other.Moved;
        Repeated += other.Repeated;
        OutOfOrder += other.OutOfOrder;
        Broken += other.Broken;
        Examples.AddRange(other.Examples.Take(MaxExamples - Math.Min(MaxExamples, Examples.Count)));
    }

    private int Note(string what)
    {
        if (Examples.Count < MaxExamples)
        {
            Examples.Add(what);
        }

        return 1;
    }
}

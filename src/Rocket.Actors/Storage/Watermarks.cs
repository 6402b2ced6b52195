namespace Rocket.Actors.Storage;

/// <summary>
/// How far a log has come: <c>Minimum ≤ Flushed ≤ Appended</c>. Writer, flusher, retention and readers meet here and nowhere else.
/// Each mark is moved by one thread at a time and read by any without a lock; none ever goes back, which is asserted in Release too.
/// <code>
///   dropped | on the disk              | written, seen by readers | being written
///  ---------+--------------------------+--------------------------+--------------→
///        Minimum                    Flushed                    Appended
/// </code>
/// </summary>
public sealed class Watermarks
{
    private readonly Mark appended = new();
    private readonly Mark flushed = new();
    private readonly Mark minimum = new();

    /// <summary>Behind the last record that was written.</summary>
    public LogPoint Appended => appended.Read(out _);

    public long AppendedPosition => appended.Position;

    public long AppendedOffset => appended.Offset;

    /// <summary>Behind the last record that is known to be on the disk.</summary>
    public LogPoint Flushed => flushed.Read(out _);

    public long FlushedPosition => flushed.Position;

    public long FlushedOffset => flushed.Offset;

    /// <summary>The first record that is still there.</summary>
    public LogPoint Minimum => minimum.Read(out _);

    public long MinimumPosition => minimum.Position;

    public long MinimumOffset => minimum.Offset;

    /// <summary>Sets all three, once, before anyone reads.</summary>
    internal void Start(LogPoint first, LogPoint durable, LogPoint last, long keyEntries)
    {
        AdvanceAppended(last, keyEntries);
        AdvanceFlushed(durable);
        AdvanceMinimum(first);
    }

    /// <param name="point">Behind the last record.</param>
    /// <param name="keyEntries">Entries in the keys of the segment that holds the last record; a checkpoint needs it for this very point.</param>
    internal void AdvanceAppended(LogPoint point, long keyEntries)
    {
        Check(point, appended, "appended");
        appended.Write(point, keyEntries);
    }

    internal void AdvanceFlushed(LogPoint point)
    {
        Check(point, flushed, "flushed");
        Ordered(point, Appended, "flushed", "appended");
        flushed.Write(point, 0);
    }

    internal void AdvanceMinimum(LogPoint point)
    {
        Check(point, minimum, "minimum");
        Ordered(point, Flushed, "minimum", "flushed");
        minimum.Write(point, 0);
    }

    internal LogPoint ReadAppended(out long keyEntries) => appended.Read(out keyEntries);

    private static void Check(LogPoint next, Mark mark, string name)
    {
        if (next.Position < mark.Position || next.Offset < mark.Offset)
            throw new InvalidOperationException($"The {name} watermark would go back from {mark.Read(out _)} to {next}");
    }

    private static void Ordered(LogPoint lower, LogPoint upper, string lowerName, string upperName)
    {
        if (lower.Position > upper.Position || lower.Offset > upper.Offset)
            throw new InvalidOperationException($"The {lowerName} watermark {lower} would pass the {upperName} one {upper}");
    }

    /// <summary>Three numbers that are read as one: the version is odd while they are written, and a reader that saw it change reads again.</summary>
    private sealed class Mark
    {
        private int version;
        private long position;
        private long offset;
        private long keyEntries;

        public long Position => Volatile.Read(ref position);

        public long Offset => Volatile.Read(ref offset);

        public void Write(LogPoint point, long entries)
        {
            Interlocked.Increment(ref version);
            Volatile.Write(ref position, point.Position);
            Volatile.Write(ref offset, point.Offset);
            Volatile.Write(ref keyEntries, entries);
            Volatile.Write(ref version, version + 1);
        }

        public LogPoint Read(out long entries)
        {
            var spin = default(SpinWait);
            while (true)
            {
                var before = Volatile.Read(ref version);
                var point = new LogPoint(Volatile.Read(ref position), Volatile.Read(ref offset));
                entries = Volatile.Read(ref keyEntries);
                if ((before & 1) == 0 && Volatile.Read(ref version) == before)
                    return point;
                spin.SpinOnce();
            }
        }
    }
}

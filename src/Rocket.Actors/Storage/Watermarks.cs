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
    private readonly Mark _appended = new();
    private readonly Mark _flushed = new();
    private readonly Mark _minimum = new();

    /// <summary>Behind the last record that was written.</summary>
    public LogPoint Appended => _appended.Read(out _);

    public long AppendedPosition => _appended.Position;

    public long AppendedOffset => _appended.Offset;

    /// <summary>Behind the last record that is known to be on the disk.</summary>
    public LogPoint Flushed => _flushed.Read(out _);

    public long FlushedPosition => _flushed.Position;

    public long FlushedOffset => _flushed.Offset;

    /// <summary>The first record that is still there.</summary>
    public LogPoint Minimum => _minimum.Read(out _);

    public long MinimumPosition => _minimum.Position;

    public long MinimumOffset => _minimum.Offset;

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
        Check(point, _appended, "appended");
        _appended.Write(point, keyEntries);
    }

    internal void AdvanceFlushed(LogPoint point)
    {
        Check(point, _flushed, "flushed");
        Ordered(point, Appended, "flushed", "appended");
        _flushed.Write(point, 0);
    }

    internal void AdvanceMinimum(LogPoint point)
    {
        Check(point, _minimum, "minimum");
        Ordered(point, Flushed, "minimum", "flushed");
        _minimum.Write(point, 0);
    }

    internal LogPoint ReadAppended(out long keyEntries) => _appended.Read(out keyEntries);

    private static void Check(LogPoint next, Mark mark, string name)
    {
        if (next.Position < mark.Position || next.Offset < mark.Offset)
        {
            throw new InvalidOperationException($"The {name} watermark would go back from {mark.Read(out _)} to {next}");
        }
    }

    private static void Ordered(LogPoint lower, LogPoint upper, string lowerName, string upperName)
    {
        if (lower.Position > upper.Position || lower.Offset > upper.Offset)
        {
            throw new InvalidOperationException($"The {lowerName} watermark {lower} would pass the {upperName} one {upper}");
        }
    }

    /// <summary>Three numbers that are read as one: the version is odd while they are written, and a reader that saw it change reads again.</summary>
    private sealed class Mark
    {
        private int _version;
        private long _position;
        private long _offset;
        private long _keyEntries;

        public long Position => Volatile.Read(ref _position);

        public long Offset => Volatile.Read(ref _offset);

        public void Write(LogPoint point, long entries)
        {
            Interlocked.Increment(ref _version);
            Volatile.Write(ref _position, point.Position);
            Volatile.Write(ref _offset, point.Offset);
            Volatile.Write(ref _keyEntries, entries);
            Volatile.Write(ref _version, _version + 1);
        }

        public LogPoint Read(out long entries)
        {
            var spin = default(SpinWait);
            while (true)
            {
                var before = Volatile.Read(ref _version);
                var point = new LogPoint(Volatile.Read(ref _position), Volatile.Read(ref _offset));
                entries = Volatile.Read(ref _keyEntries);
                if ((before & 1) == 0 && Volatile.Read(ref _version) == before)
                {
                    return point;
                }

                spin.SpinOnce();
            }
        }
    }
}

namespace Rocket.Actors.Storage;

/// <summary>
/// The segments of a log in order. The writer adds at the end, retention takes from the front; readers hold one array, which is never changed.
/// A reader takes the appended watermark first and the array second: the array then covers the watermark.
/// </summary>
internal sealed class SegmentList(LogSegment[] initial)
{
    private LogSegment[] _segments = initial;

    public LogSegment[] Current => Volatile.Read(ref _segments);

    public void Add(LogSegment segment)
    {
        while (true)
        {
            var current = Current;
            if (Interlocked.CompareExchange(ref _segments, [.. current, segment], current) == current)
            {
                return;
            }
        }
    }

    public void RemoveFirst(int count)
    {
        while (true)
        {
            var current = Current;
            if (Interlocked.CompareExchange(ref _segments, current[count..], current) == current)
            {
                return;
            }
        }
    }

    /// <summary>Index of the segment that holds a position, −1 when it is before the first one.</summary>
    public static int FindByPosition(LogSegment[] segments, long position)
    {
        var low = 0;
        var high = segments.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (segments[middle].First.Position <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    /// <summary>Index of the segment that holds an offset, −1 when it is before the first one.</summary>
    public static int FindByOffset(LogSegment[] segments, long offset)
    {
        var low = 0;
        var high = segments.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (segments[middle].First.Offset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Storage;

/// <summary>
/// Reads a log on any thread, without locks, up to the appended watermark. What retention drops while it is read is answered with
/// <see cref="OffsetBelowMinimumException"/>; bytes that fail their checksum with <see cref="DamagedRecordException"/>, never served.
/// Goes on when the log is poisoned.
/// </summary>
public sealed class LogReader
{
    private readonly SegmentList _segments;
    private readonly Watermarks _watermarks;

    internal LogReader(SegmentList segments, Watermarks watermarks)
    {
        _segments = segments;
        _watermarks = watermarks;
    }

    /// <summary>Reads what the index says of the records from an offset on.</summary>
    /// <returns>How many entries were filled: as many as fit and exist, 0 at the end of the log and beyond.</returns>
    /// <exception cref="OffsetBelowMinimumException">The first record asked for was dropped.</exception>
    public int ReadIndex(long offset, Span<IndexEntry> entries)
    {
        ThrowIfBelowMinimum(offset);
        var appended = _watermarks.Appended;
        var filled = 0;
        while (filled < entries.Length && offset < appended.Offset)
        {
            var reader = ReaderAtOffset(offset, appended);
            var count = (int)Math.Min(entries.Length - filled, reader.End.Offset - offset);
            reader.ReadIndex(offset, entries.Slice(filled, count));
            filled += count;
            offset += count;
        }

        return filled;
    }

    /// <summary>Reads the payload of one record.</summary>
    /// <param name="entry">From <see cref="ReadIndex"/> of this log.</param>
    /// <param name="destination">At least <see cref="IndexEntry.Size"/> bytes.</param>
    public void ReadPayload(in IndexEntry entry, Span<byte> destination) => ReadPayloads(new ReadOnlySpan<IndexEntry>(in entry), destination);

    /// <summary>Reads the payloads of several records back to back. Neighbours in the log are read together.</summary>
    /// <param name="entries">From <see cref="ReadIndex"/> of this log, in any choice.</param>
    /// <param name="destination">At least the sum of the sizes. With 16 bytes a record more, neighbours are read into it without a detour.</param>
    public void ReadPayloads(ReadOnlySpan<IndexEntry> entries, Span<byte> destination)
    {
        var appended = _watermarks.Appended;
        while (!entries.IsEmpty)
        {
            if (entries[0].Position >= appended.Position)
            {
                throw new ArgumentException($"{entries[0]} is not in the log", nameof(entries));
            }

            var count = ReaderAtPosition(entries[0].Position, appended).ReadPayloads(entries, destination, out var bytes);
            entries = entries[count..];
            destination = destination[bytes..];
        }
    }

    /// <summary>Finds the record that begins exactly at a position.</summary>
    /// <returns>false for a position outside the log or inside a record.</returns>
    public bool TryFindAt(long position, out long offset, out IndexEntry entry)
    {
        offset = -1;
        entry = default;
        var appended = _watermarks.Appended;
        if (position < _watermarks.MinimumPosition || position >= appended.Position)
        {
            return false;
        }

        try
        {
            return ReaderAtPosition(position, appended).TryFind(position, out offset, out entry);
        }
        catch (OffsetBelowMinimumException)
        {
            return false;
        }
    }

    /// <summary>Reads the record that begins exactly at a position.</summary>
    /// <returns>false for a position outside the log or inside a record.</returns>
    public bool TryReadAt(long position, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        if (!TryFindAt(position, out _, out var entry))
        {
            return false;
        }

        var read = new byte[entry.Size];
        try
        {
            ReadPayload(entry, read);
        }
        catch (OffsetBelowMinimumException)
        {
            return false;
        }

        payload = read;
        return true;
    }

    /// <summary>The first offset stored at a time or later; the end of the log when there is none. Store timestamps must not go back.</summary>
    public long OffsetByTime(long timestamp)
    {
        while (true)
        {
            var appended = _watermarks.Appended;
            var low = _watermarks.MinimumOffset;
            var high = appended.Offset;
            try
            {
                while (low < high)
                {
                    var middle = low + ((high - low) >> 1);
                    if (ReaderAtOffset(middle, appended).ReadIndex(middle).StoreTimestamp < timestamp)
                    {
                        low = middle + 1;
                    }
                    else
                    {
                        high = middle;
                    }
                }

                return low;
            }
            catch (OffsetBelowMinimumException)
            {
                // Retention passed by: what it left is searched again.
            }
        }
    }

    /// <summary>Finds records by a key's hash and the time they were stored (both ends included).</summary>
    /// <param name="keyHash">From <see cref="KeyHash"/>.</param>
    /// <param name="beginTimestamp">Milliseconds since 1970.</param>
    /// <param name="endTimestamp">Milliseconds since 1970.</param>
    /// <param name="newestFirst">Filled with offsets, newest first.</param>
    /// <returns>How many were found, at most as many as fit. They are candidates: another key may have the same hash.</returns>
    public int FindByKey(ulong keyHash, long beginTimestamp, long endTimestamp, Span<long> newestFirst)
    {
        var found = 0;
        var appended = _watermarks.Appended;
        var current = _segments.Current;
        try
        {
            for (var i = current.Length - 1; i >= 0 && found < newestFirst.Length; i--)
            {
                var reader = new SegmentReader(current[i], EndOf(current, i, appended));
                if (reader.End.Offset <= current[i].First.Offset)
                {
                    continue;
                }

                if (reader.ReadIndex(reader.End.Offset - 1).StoreTimestamp < beginTimestamp)
                {
                    break;
                }

                if (reader.ReadIndex(current[i].First.Offset).StoreTimestamp > endTimestamp)
                {
                    continue;
                }

                found += new SegmentKeysReader(reader).Find(keyHash, beginTimestamp, endTimestamp, newestFirst[found..]);
            }
        }
        catch (OffsetBelowMinimumException)
        {
            // Retention drops from the oldest on, so every older segment is gone too: what was found is all there is.
        }

        return found;
    }

    /// <summary>Reads all records from a position on, in order, with their epochs; up to the appended watermark of the moment it is reached.</summary>
    /// <param name="fromPosition">Start of a record, or the end of the log.</param>
    /// <exception cref="OffsetBelowMinimumException">The record was dropped.</exception>
    /// <exception cref="ArgumentException">No record begins there.</exception>
    public LogScanner Scan(long fromPosition)
    {
        var appended = _watermarks.Appended;
        if (fromPosition == appended.Position)
        {
            return new LogScanner(this, appended);
        }

        if (fromPosition < _watermarks.MinimumPosition)
        {
            throw BelowMinimum($"Position {fromPosition}");
        }

        if (!TryFindAt(fromPosition, out var offset, out _))
        {
            throw new ArgumentException($"No record begins at position {fromPosition}", nameof(fromPosition));
        }

        return new LogScanner(this, new LogPoint(fromPosition, offset));
    }

    /// <summary>Where the records of an epoch end, or of the last one before it that this log has records of.</summary>
    /// <exception cref="DamagedRecordException">The header of a record could not be read.</exception>
    public EpochEnd EndOfEpoch(long epoch)
    {
        while (true)
        {
            try
            {
                return SearchEndOfEpoch(epoch);
            }
            catch (OffsetBelowMinimumException)
            {
                // Retention passed by: what it left is searched again.
            }
        }
    }

    private EpochEnd SearchEndOfEpoch(long epoch)
    {
        var appended = _watermarks.Appended;
        var minimum = _watermarks.Minimum;
        var (low, high) = (minimum.Offset, appended.Offset);
        while (low < high)
        {
            var middle = low + ((high - low) >> 1);
            var reader = ReaderAtOffset(middle, appended);
            if (reader.ReadEpoch(reader.ReadIndex(middle).Position) <= epoch)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == minimum.Offset)
        {
            return new EpochEnd(-1, minimum);
        }

        var last = ReaderAtOffset(low - 1, appended);
        var entry = last.ReadIndex(low - 1);
        return new EpochEnd(last.ReadEpoch(entry.Position), new LogPoint(entry.NextPosition, low));
    }

    /// <summary>As <see cref="ReadIndex"/>, but of one segment.</summary>
    internal int ReadRunIndex(long offset, Span<IndexEntry> entries)
    {
        ThrowIfBelowMinimum(offset);
        var appended = _watermarks.Appended;
        if (offset >= appended.Offset)
        {
            return 0;
        }

        var reader = ReaderAtOffset(offset, appended);
        var count = (int)Math.Min(entries.Length, reader.End.Offset - offset);
        reader.ReadIndex(offset, entries[..count]);
        return count;
    }

    /// <summary>Reads records of one segment with their headers, unchecked.</summary>
    internal void ReadRecords(long position, Span<byte> records) => ReaderAtPosition(position, _watermarks.Appended).ReadRecords(position, records);

    internal DamagedRecordException Damaged(long position, string reason) => ReaderAtPosition(position, _watermarks.Appended).Damaged(SegmentFileKind.Log, position, reason);

    /// <summary>The segment that holds a position, up to the appended watermark; its end is the position itself when nothing is there yet.</summary>
    internal SegmentReader? ReaderFrom(long position)
    {
        var appended = _watermarks.Appended;
        return position >= appended.Position ? null : ReaderAtPosition(position, appended);
    }

    /// <param name="sealedOnly">Leaves the active segment out; then a log is read at most once for each of its segments.</param>
    internal SegmentInfo[] Describe(bool sealedOnly)
    {
        var appended = _watermarks.Appended;
        var current = _segments.Current;
        var count = sealedOnly ? current.Length - 1 : current.Length;
        if (count <= 0)
        {
            return [];
        }

        var described = new List<SegmentInfo>(count);
        for (var i = 0; i < count; i++)
        {
            // Segments may have been filled, and others begun, since the watermark was read: they are told as of then.
            var end = EndOf(current, i, appended);
            var isSealed = i + 1 < current.Length && current[i + 1].First.Position <= appended.Position;
            if (end.Offset <= current[i].First.Offset || (sealedOnly && !isSealed))
            {
                continue;
            }

            try
            {
                described.Add(Describe(current[i], end, isSealed));
            }
            catch (OffsetBelowMinimumException)
            {
                // Dropped since the list was taken.
            }
        }

        return [.. described];
    }

    internal static SegmentInfo Describe(LogSegment segment, LogPoint end, bool isSealed)
    {
        var newest = isSealed ? segment.NewestTimestamp : -1;
        if (newest < 0)
        {
            newest = new SegmentReader(segment, end).ReadIndex(end.Offset - 1).StoreTimestamp;
            if (isSealed)
            {
                segment.NewestTimestamp = newest;
            }
        }

        return new SegmentInfo(segment.First, end, newest, isSealed);
    }

    private static LogPoint EndOf(LogSegment[] current, int i, LogPoint appended) =>
        i + 1 < current.Length && current[i + 1].First.Position < appended.Position ? current[i + 1].First : appended;

    private SegmentReader ReaderAtOffset(long offset, LogPoint appended)
    {
        var current = _segments.Current;
        var i = SegmentList.FindByOffset(current, offset);
        return i >= 0 ? new SegmentReader(current[i], EndOf(current, i, appended)) : throw BelowMinimum($"Offset {offset}");
    }

    private SegmentReader ReaderAtPosition(long position, LogPoint appended)
    {
        var current = _segments.Current;
        var i = SegmentList.FindByPosition(current, position);
        return i >= 0 ? new SegmentReader(current[i], EndOf(current, i, appended)) : throw BelowMinimum($"Position {position}");
    }

    private void ThrowIfBelowMinimum(long offset)
    {
        if (offset < _watermarks.MinimumOffset)
        {
            throw BelowMinimum($"Offset {offset}");
        }
    }

    private OffsetBelowMinimumException BelowMinimum(string what) =>
        new($"{what} is below the minimum, offset {_watermarks.MinimumOffset} at position {_watermarks.MinimumPosition}");
}

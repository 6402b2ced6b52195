using System.Buffers;
using System.Runtime.InteropServices;

namespace Rocket.Actors.Storage;

/// <summary>
/// Reads one segment, up to an end that the caller took from the watermarks. What does not fit its checksum, or is not there, is reported as
/// <see cref="DamagedRecordException"/>; a segment that was dropped meanwhile as <see cref="OffsetBelowMinimumException"/>.
/// </summary>
/// <param name="Segment">The segment.</param>
/// <param name="End">Behind the last record to be seen.</param>
internal readonly record struct SegmentReader(LogSegment Segment, LogPoint End)
{
    /// <summary>A record up to this size is read together with its header and copied; a larger one is read into its destination.</summary>
    private const int LargestCopied = 64 * 1024;
    private const int LargestRun = 256 * 1024;

    /// <summary>Reads the entries of consecutive records, all within this segment.</summary>
    public void ReadIndex(long offset, Span<IndexEntry> entries)
    {
        // An entry takes 24 bytes here as in the file, so the file is read into the very memory that the entries are then decoded into.
        var bytes = MemoryMarshal.AsBytes(entries);
        var place = Segment.IndexPlace(offset);
        ReadExactly(Segment.Index, SegmentFileKind.Index, bytes, place);
        for (var i = 0; i < entries.Length; i++)
        {
            if (!IndexLayout.TryRead(bytes.Slice(i * IndexLayout.EntrySize, IndexLayout.EntrySize), out var entry))
            {
                throw Damaged(SegmentFileKind.Index, place + (i * IndexLayout.EntrySize), "an entry of the index is not what was written");
            }

            entries[i] = entry;
        }
    }

    public IndexEntry ReadIndex(long offset)
    {
        Span<IndexEntry> one = stackalloc IndexEntry[1];
        ReadIndex(offset, one);
        return one[0];
    }

    /// <summary>Reads the payloads of the first entries, as many as are neighbours in this segment and fit a read, back to back.</summary>
    /// <returns>How many entries were served; at least 1.</returns>
    public int ReadPayloads(ReadOnlySpan<IndexEntry> entries, Span<byte> destination, out int bytesWritten)
    {
        var count = CountNeighbours(entries, out var bytes);
        bytesWritten = bytes - (count * RecordLayout.HeaderSize);
        if (destination.Length < bytesWritten)
        {
            throw new ArgumentException($"The payloads need {bytesWritten} bytes, there are {destination.Length}", nameof(destination));
        }

        if (destination.Length >= bytes)
        {
            ReadRecords(entries[0].Position, destination[..bytes]);
            Unwrap(entries[..count], destination[..bytes], destination);
        }
        else if (count == 1 && bytes > LargestCopied)
        {
            ReadLarge(entries[0], destination[..bytesWritten]);
        }
        else
        {
            var rented = ArrayPool<byte>.Shared.Rent(bytes);
            try
            {
                ReadRecords(entries[0].Position, rented.AsSpan(0, bytes));
                Unwrap(entries[..count], rented.AsSpan(0, bytes), destination);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        return count;
    }

    /// <summary>The offset of the record that begins exactly at a position within this segment.</summary>
    public bool TryFind(long position, out long offset, out IndexEntry entry)
    {
        var low = Segment.First.Offset;
        var high = End.Offset - 1;
        while (low <= high)
        {
            offset = low + ((high - low) >> 1);
            entry = ReadIndex(offset);
            if (entry.Position == position)
            {
                return true;
            }

            if (entry.Position < position)
            {
                low = offset + 1;
            }
            else
            {
                high = offset - 1;
            }
        }

        offset = -1;
        entry = default;
        return false;
    }

    /// <summary>What to throw for bytes that are not what was written.</summary>
    public DamagedRecordException Damaged(SegmentFileKind kind, long position, string reason) => new(Segment.PathOf(kind), position, reason);

    public void ReadExactly(IStorageFile file, SegmentFileKind kind, Span<byte> bytes, long place)
    {
        var read = Read(file, bytes, place);
        if (read < bytes.Length)
        {
            throw Damaged(kind, place + read, "the file ends here although records were written behind it");
        }
    }

    /// <summary>Reads what is there; says so when retention took the file away meanwhile.</summary>
    public int Read(IStorageFile file, Span<byte> bytes, long place)
    {
        try
        {
            return file.Read(bytes, place);
        }
        catch (Exception failure) when (Segment.IsDropped && failure is FileNotFoundException or ObjectDisposedException)
        {
            throw new OffsetBelowMinimumException($"The segment {Segment.PathOf(SegmentFileKind.Log)} was dropped while it was read");
        }
    }

    private int CountNeighbours(ReadOnlySpan<IndexEntry> entries, out int bytes)
    {
        var count = 1;
        var end = entries[0].NextPosition;
        while (count < entries.Length
            && entries[count].Position == end
            && entries[count].NextPosition <= End.Position
            && entries[count].NextPosition - entries[0].Position <= LargestRun)
        {
            end = entries[count].NextPosition;
            count++;
        }

        if (end > End.Position || entries[0].Size <= 0)
        {
            throw Damaged(SegmentFileKind.Log, entries[0].Position, $"no record of {entries[0].Size} bytes can be here");
        }

        bytes = checked((int)(end - entries[0].Position));
        return count;
    }

    /// <summary>Epoch of the record at a position; its checksum is not looked at.</summary>
    public long ReadEpoch(long position)
    {
        Span<byte> header = stackalloc byte[RecordLayout.HeaderSize];
        ReadRecords(position, header);
        return RecordLayout.EpochOf(header);
    }

    public void ReadRecords(long position, Span<byte> records) => ReadExactly(Segment.Log, SegmentFileKind.Log, records, Segment.LogPlace(position));

    private void ReadLarge(in IndexEntry entry, Span<byte> payload)
    {
        Span<byte> header = stackalloc byte[RecordLayout.HeaderSize];
        ReadRecords(entry.Position, header);
        ReadRecords(entry.Position + RecordLayout.HeaderSize, payload);
        Check(entry, header, payload);
    }

    /// <summary>Checks each record and moves its payload down over the headers; source and destination may be the same memory.</summary>
    private void Unwrap(ReadOnlySpan<IndexEntry> entries, Span<byte> records, Span<byte> destination)
    {
        foreach (ref readonly var entry in entries)
        {
            var payload = records.Slice(RecordLayout.HeaderSize, entry.Size);
            Check(entry, records, payload);
            payload.CopyTo(destination);
            destination = destination[entry.Size..];
            records = records[(RecordLayout.HeaderSize + entry.Size)..];
        }
    }

    private void Check(in IndexEntry entry, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        if (!RecordLayout.Matches(header, payload))
        {
            throw Damaged(SegmentFileKind.Log, entry.Position, "the record is not what was written: its checksum or length is wrong");
        }
    }
}

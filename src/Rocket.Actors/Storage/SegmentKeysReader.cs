using System.Buffers;

namespace Rocket.Actors.Storage;

/// <summary>Finds the records of a key in one segment, newest first: by halving where the keys are sorted, else from their end.</summary>
internal readonly struct SegmentKeysReader(SegmentReader reader)
{
    private const int ChunkEntries = 2048;

    /// <summary>
    /// Adds offsets from the newest on, until there is no more or the span is full. Only records stored in [begin, end] count.
    /// </summary>
    /// <returns>How many were added.</returns>
    public int Find(ulong keyHash, long begin, long end, Span<long> newestFirst)
    {
        while (true)
        {
            var keys = reader.Segment.Keys;
            var count = reader.Segment.KeyEntries;
            if (keys.File is null || count == 0)
            {
                return 0;
            }

            try
            {
                return keys.IsSorted
                    ? FindSorted(keys.File, count, keyHash, begin, end, newestFirst)
                    : FindUnsorted(keys.File, count, keyHash, begin, end, newestFirst);
            }
            catch (Exception failure) when (failure is FileNotFoundException or ObjectDisposedException && reader.Segment.Keys != keys)
            {
                // Sorted meanwhile, and the unsorted file is gone: what was found so far is found again.
            }
        }
    }

    private int FindSorted(IStorageFile file, long count, ulong keyHash, long begin, long end, Span<long> newestFirst)
    {
        var low = 0L;
        var high = count - 1;
        while (low <= high)
        {
            var middle = low + ((high - low) >> 1);
            if (ReadEntry(file, middle).Hash <= keyHash)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        var found = 0;
        for (; high >= 0 && found < newestFirst.Length; high--)
        {
            var entry = ReadEntry(file, high);
            if (entry.Hash != keyHash)
            {
                break;
            }

            if (Counts(entry, begin, end, newestFirst[..found]))
            {
                newestFirst[found++] = entry.Offset;
            }
        }

        return found;
    }

    private int FindUnsorted(IStorageFile file, long count, ulong keyHash, long begin, long end, Span<long> newestFirst)
    {
        var found = 0;
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkEntries * KeysLayout.EntrySize);
        try
        {
            while (count > 0 && found < newestFirst.Length)
            {
                var entries = (int)Math.Min(ChunkEntries, count);
                count -= entries;
                var bytes = chunk.AsSpan(0, entries * KeysLayout.EntrySize);
                reader.ReadExactly(file, SegmentFileKind.Keys, bytes, KeysLayout.FileLength(count));
                for (var i = entries - 1; i >= 0 && found < newestFirst.Length; i--)
                {
                    // Every entry is checked, not only those that match: a flipped bit must not hide a record.
                    var entry = Decode(bytes.Slice(i * KeysLayout.EntrySize, KeysLayout.EntrySize), count + i);
                    if (entry.Hash == keyHash && Counts(entry, begin, end, newestFirst[..found]))
                    {
                        newestFirst[found++] = entry.Offset;
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return found;
    }

    private bool Counts(KeyEntry entry, long begin, long end, ReadOnlySpan<long> found)
    {
        // Not visible yet, or two keys of one record with the same hash.
        if (entry.Offset >= reader.End.Offset || entry.Offset < reader.Segment.First.Offset || (!found.IsEmpty && found[^1] == entry.Offset))
        {
            return false;
        }

        var stored = reader.ReadIndex(entry.Offset).StoreTimestamp;
        return begin <= stored && stored <= end;
    }

    private KeyEntry ReadEntry(IStorageFile file, long number)
    {
        Span<byte> bytes = stackalloc byte[KeysLayout.EntrySize];
        reader.ReadExactly(file, SegmentFileKind.Keys, bytes, KeysLayout.FileLength(number));
        return Decode(bytes, number);
    }

    private KeyEntry Decode(ReadOnlySpan<byte> bytes, long number)
    {
        if (!KeysLayout.TryRead(bytes, out var entry))
        {
            throw reader.Damaged(SegmentFileKind.Keys, KeysLayout.FileLength(number), "an entry of the keys is not what was written");
        }

        return entry;
    }
}

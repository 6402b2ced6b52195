using System.Buffers;

namespace Rocket.Actors.Storage;

/// <summary>Turns the keys of a complete segment, written in the order of the records, into a sorted file that can be searched by halving.</summary>
internal static class SegmentKeysSorter
{
    private const int ChunkEntries = 4096;

    /// <summary>Sorts the keys of a segment that the writer has left; the file is flushed before it takes its name.</summary>
    public static void Sort(LogFolder folder, LogSegment segment)
    {
        var count = checked((int)segment.KeyEntries);
        var entries = ArrayPool<KeyEntry>.Shared.Rent(Math.Max(count, 1));
        try
        {
            if (segment.Keys.File is { } unsorted)
            {
                Read(unsorted, segment.PathOf(SegmentFileKind.Keys), entries.AsSpan(0, count));
            }

            Replace(folder, segment, entries.AsSpan(0, count), sort: true);
        }
        finally
        {
            ArrayPool<KeyEntry>.Shared.Return(entries);
        }
    }

    /// <summary>
    /// Writes entries as the keys file of a segment, flushed before it takes its name. The segment reads from it before that too: who is
    /// reading the file it replaces finds that one closed, sees the new one and starts over.
    /// </summary>
    public static void Replace(LogFolder folder, LogSegment segment, Span<KeyEntry> entries, bool sort)
    {
        if (sort)
        {
            entries.Sort();
        }

        var header = new SegmentHeader(SegmentFileKind.Keys, segment.First, folder.Identity, sort ? entries.Length : -1);
        var name = segment.Name + StorageNames.KeysSuffix;
        segment.ReplaceKeys(new SegmentKeys(Write(folder, name + StorageNames.UnfinishedSuffix, header, entries), sort), entries.Length);
        folder.Finish(name);
    }

    private static void Read(IStorageFile file, string path, Span<KeyEntry> entries)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkEntries * KeysLayout.EntrySize);
        try
        {
            for (var done = 0; done < entries.Length;)
            {
                var place = KeysLayout.FileLength(done);
                var bytes = chunk.AsSpan(0, Math.Min(ChunkEntries, entries.Length - done) * KeysLayout.EntrySize);
                if (file.Read(bytes, place) < bytes.Length)
                {
                    throw new DamagedRecordException(path, place, "the file of keys ends too early");
                }

                for (; !bytes.IsEmpty; bytes = bytes[KeysLayout.EntrySize..])
                {
                    if (!KeysLayout.TryRead(bytes, out entries[done++]))
                    {
                        throw new DamagedRecordException(path, KeysLayout.FileLength(done - 1), "an entry of the keys is not what was written");
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static IStorageFile Write(LogFolder folder, string name, SegmentHeader header, ReadOnlySpan<KeyEntry> entries)
    {
        var file = folder.Open(name, StorageFileMode.OpenOrCreate);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkEntries * KeysLayout.EntrySize);
        try
        {
            file.SetLength(0);
            header.WriteTo(file);
            for (var done = 0; done < entries.Length;)
            {
                var place = KeysLayout.FileLength(done);
                var bytes = chunk.AsSpan(0, Math.Min(ChunkEntries, entries.Length - done) * KeysLayout.EntrySize);
                for (var rest = bytes; !rest.IsEmpty; rest = rest[KeysLayout.EntrySize..])
                {
                    KeysLayout.Write(rest, entries[done++]);
                }

                file.Write(bytes, place);
            }

            Fsync.Of(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}

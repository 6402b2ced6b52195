using System.Globalization;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Inspection;

/// <summary>Shows the index or the keys of a segment, entry by entry.</summary>
internal static class CompanionDump
{
    private const int ChunkEntries = 1024;

    private delegate DumpLine Entry(long number, ReadOnlySpan<byte> bytes);

    public static IEnumerable<DumpLine> ReadIndex(IStorageDirectory folder, string name, DumpOptions options)
    {
        using var file = folder.Open(name, StorageFileMode.OpenExisting);
        var head = HeadDump.Read(LogFolderOf(folder), name, file, SegmentFileKind.Index);
        foreach (var line in head.Lines)
        {
            yield return line;
        }

        if (head.IsNewer)
        {
            yield break;
        }

        var first = head.Header?.Base.Offset ?? 0;
        foreach (var line in ReadEntries(file, IndexLayout.EntrySize, Math.Max(0, options.From - first), options.Count, IndexEntry))
        {
            yield return line;
        }

        DumpLine IndexEntry(long number, ReadOnlySpan<byte> bytes)
        {
            var isRight = IndexLayout.TryRead(bytes, out var entry);
            return new DumpLine(isRight ? DumpLine.Entry : DumpLine.Unreadable)
                .With("offset", first + number)
                .With("position", entry.Position)
                .With("size", entry.Size)
                .With("tagHash", entry.TagHash)
                .WithTime("stored", entry.StoreTimestamp)
                .With("check", isRight ? "ok" : "wrong");
        }
    }

    public static IEnumerable<DumpLine> ReadKeys(IStorageDirectory folder, string name, DumpOptions options)
    {
        using var file = folder.Open(name, StorageFileMode.OpenExisting);
        var head = HeadDump.Read(LogFolderOf(folder), name, file, SegmentFileKind.Keys);
        foreach (var line in head.Lines)
        {
            yield return line;
        }

        if (head.IsNewer)
        {
            yield break;
        }

        foreach (var line in ReadEntries(file, KeysLayout.EntrySize, options.From, options.Count, KeysEntry))
        {
            yield return line;
        }

        static DumpLine KeysEntry(long number, ReadOnlySpan<byte> bytes)
        {
            var isRight = KeysLayout.TryRead(bytes, out var entry);
            return new DumpLine(isRight ? DumpLine.Entry : DumpLine.Unreadable)
                .With("number", number)
                .With("hash", entry.Hash.ToString("x16", CultureInfo.InvariantCulture))
                .With("offset", entry.Offset)
                .With("check", isRight ? "ok" : "wrong");
        }
    }

    /// <summary>The folder of a log, by the name that the log must have there.</summary>
    public static LogFolder LogFolderOf(IStorageDirectory folder)
    {
        var name = Path.GetFileName(folder.Path);
        return new LogFolder(folder, Queues.QueueId.TryParseFolder(name, out var queue) ? queue.ToString() : Cluster.DataFolders.MetadataLog);
    }

    private static IEnumerable<DumpLine> ReadEntries(IStorageFile file, int size, long from, long count, Entry describe)
    {
        var buffer = new byte[ChunkEntries * size];
        var number = from;
        while (count > 0)
        {
            var read = file.Read(buffer.AsSpan(0, (int)Math.Min(ChunkEntries, count) * size), SegmentHeader.Size + (number * size));
            for (var place = 0; place + size <= read; place += size, count--)
            {
                yield return describe(number++, buffer.AsSpan(place, size));
            }

            if (read % size != 0)
            {
                yield return DumpLine.UnreadableAt(SegmentHeader.Size + (number * size), "the file ends within an entry");
            }

            if (read < buffer.Length)
            {
                yield break;
            }
        }
    }
}

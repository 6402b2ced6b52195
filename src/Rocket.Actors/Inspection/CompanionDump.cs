using System.Globalization;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Inspection;

/// <summary>Shows the index or the keys of a segment, entry by entry.</summary>
internal static class CompanionDump
{
    private const int ChunkEntries = 1024;

    /// <summary>No log is called that.</summary>
    private const string AnyLog = "?";

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

    /// <summary>The folder of a log, by the name that the log must have there; a copy elsewhere may be of any log.</summary>
    public static LogFolder LogFolderOf(IStorageDirectory folder)
    {
        var name = Path.GetFileName(folder.Path);
        var log = QueueId.TryParseFolder(name, out var queue) ? queue.ToString() : name == DataFolders.Metadata ? DataFolders.MetadataLog : AnyLog;
        return new LogFolder(folder, log);
    }

    /// <summary>What to say of the log that a file says it is of; null where the folder does not tell.</summary>
    public static string? LogOf(LogFolder folder, UInt128 identity) =>
        identity == folder.Identity ? folder.Name : folder.Name == AnyLog ? null : $"not {folder.Name}, which this folder is named for";

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

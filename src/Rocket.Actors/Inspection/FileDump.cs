using System.Buffers.Binary;
using System.Text;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Inspection;

/// <summary>Shows what is in one file of a data folder, as far as it can be read. Which kind of file it is its first bytes say, else its name.</summary>
public static class FileDump
{
    private const string FormatWord = "rocket-data ";
    private const string LockFile = "node.lock";
    private const int LongestFormat = 256;

    /// <summary>Reads a file front to back.</summary>
    /// <param name="folder">The folder that it is in, opened for reading.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">Which part of it.</param>
    public static IEnumerable<DumpLine> Read(IStorageDirectory folder, string name, DumpOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(options);
        return KindOf(folder, name) switch
        {
            FileKind.Segment => new SegmentDump(folder, name, options).Read(),
            FileKind.Index => CompanionDump.ReadIndex(folder, name, options),
            FileKind.Keys => CompanionDump.ReadKeys(folder, name, options),
            FileKind.Checkpoint => CheckpointDump.Read(folder, name),
            FileKind.Placement => [PlacementDump.Read(folder, name)],
            FileKind.Format => [ReadFormat(folder, name)],
            FileKind.Lock => [new DumpLine(DumpLine.File).With("kind", "lock of a data folder").With("text", "empty: a process that uses the folder holds it open")],
            _ => [DumpLine.UnreadableAt(0, "this is no file of a data folder: neither its first bytes nor its name are of one")],
        };
    }

    private static FileKind KindOf(IStorageDirectory folder, string name)
    {
        Span<byte> head = stackalloc byte[16];
        head = head[..ReadHead(folder, name, head)];
        if (head.Length >= sizeof(ulong))
        {
            switch (BinaryPrimitives.ReadUInt64BigEndian(head))
            {
                case (ulong)SegmentFileKind.Log:
                    return FileKind.Segment;
                case (ulong)SegmentFileKind.Index:
                    return FileKind.Index;
                case (ulong)SegmentFileKind.Keys:
                    return FileKind.Keys;
                case CheckpointSlot.Magic:
                    return FileKind.Checkpoint;
            }
        }

        if (head.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(head) == PlacementFile.Magic)
        {
            return FileKind.Placement;
        }

        return head.StartsWith(Encoding.ASCII.GetBytes(FormatWord)) ? FileKind.Format : KindByName(folder, name);
    }

    private static FileKind KindByName(IStorageDirectory folder, string name)
    {
        if (StorageNames.TryParseSegment(name, StorageNames.LogSuffix, out _))
        {
            return FileKind.Segment;
        }

        if (StorageNames.TryParseSegment(name, StorageNames.IndexSuffix, out _))
        {
            return FileKind.Index;
        }

        if (StorageNames.TryParseSegment(name, StorageNames.KeysSuffix, out _))
        {
            return FileKind.Keys;
        }

        return name == StorageNames.Checkpoint ? FileKind.Checkpoint
            : name == LockFile ? FileKind.Lock
            : Path.GetFileName(folder.Path) == Cluster.DataFolders.Placement ? FileKind.Placement
            : FileKind.Unknown;
    }

    private static int ReadHead(IStorageDirectory folder, string name, Span<byte> head)
    {
        using var file = folder.Open(name, StorageFileMode.OpenExisting);
        return file.Read(head, 0);
    }

    private static DumpLine ReadFormat(IStorageDirectory folder, string name)
    {
        var text = new byte[LongestFormat];
        return new DumpLine(DumpLine.File)
            .With("kind", "format of a data folder")
            .With("text", Encoding.UTF8.GetString(text, 0, ReadHead(folder, name, text)).Trim());
    }

    private enum FileKind
    {
        Unknown,
        Segment,
        Index,
        Keys,
        Checkpoint,
        Placement,
        Format,
        Lock,
    }
}

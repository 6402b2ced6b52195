namespace Rocket.Actors.Storage;

/// <summary>
/// The file <c>checkpoint</c>: two slots, a page each, written in turn, so that a crash while one is written leaves the other.
/// The file takes its name only once both are written and flushed, so a file without any valid slot is damaged, never just young.
/// <code>
///   0                          4096                       8192
///  +--------------------------+--------------------------+
///  | slot: even sequences     | slot: odd sequences      |
///  +--------------------------+--------------------------+
/// </code>
/// </summary>
internal sealed class CheckpointFile : IDisposable
{
    public const int SlotStride = 4096;
    public const int FileSize = 2 * SlotStride;

    private readonly LogFolder _folder;
    private readonly byte[] _buffer = new byte[CheckpointSlot.Size];
    private IStorageFile? _file;
    private bool _confirmed;

    private CheckpointFile(LogFolder folder, IStorageFile? file, CheckpointSlot? last)
    {
        _folder = folder;
        _file = file;
        Last = last;
        IsThere = file is not null;
    }

    /// <summary>The checkpoint that holds; null when none was ever written.</summary>
    public CheckpointSlot? Last { get; private set; }

    /// <summary>Whether there is a file that an opening of the log would find; one that could not be finished has no name.</summary>
    public bool IsThere { get; private set; }

    /// <exception cref="DamagedLogException">There is a file and no slot in it is whole, or it is another log's.</exception>
    /// <exception cref="NewerFormatException">A slot is of a newer version.</exception>
    public static CheckpointFile Open(LogFolder folder)
    {
        if (!folder.Directory.Exists(StorageNames.Checkpoint))
        {
            return new CheckpointFile(folder, null, null);
        }

        var path = folder.PathOf(StorageNames.Checkpoint);
        var file = folder.Open(StorageNames.Checkpoint, StorageFileMode.OpenExisting);
        try
        {
            var last = Newest(file, path) ?? throw new DamagedLogException(path, 0, "neither of the two slots of the checkpoint is whole");
            if (last.Identity != folder.Identity)
            {
                throw new DamagedLogException(path, last.Flushed.Position, "the checkpoint belongs to another log");
            }

            return new CheckpointFile(folder, file, last);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes and flushes the next checkpoint, which gets its sequence here.</summary>
    public void Write(CheckpointSlot slot)
    {
        var next = slot with { Sequence = (Last?.Sequence ?? 0) + 1 };
        if (_file is null)
        {
            Create(next);
            return;
        }

        if (!_confirmed)
        {
            // The slot that was read may be in memory alone, if the process that wrote it could not flush it. It must not be lost
            // together with the other one, which is overwritten now.
            WriteSlot(Last!);
            _confirmed = true;
        }

        WriteSlot(next);
    }

    /// <summary>Writes the next checkpoint into both slots: the one before it must not come back when the newest turns out damaged.</summary>
    public void WriteTwice(CheckpointSlot slot)
    {
        Write(slot);
        Write(slot);
    }

    public void Dispose() => _file?.Dispose();

    private static CheckpointSlot? Newest(IStorageFile file, string path)
    {
        Span<byte> bytes = stackalloc byte[CheckpointSlot.Size];
        CheckpointSlot? newest = null;
        for (var place = 0; place < FileSize; place += SlotStride)
        {
            var read = file.Read(bytes, place);
            if (CheckpointSlot.TryRead(bytes[..read], path) is { } slot && (newest is null || slot.Sequence > newest.Sequence))
            {
                newest = slot;
            }
        }

        return newest;
    }

    private void Create(CheckpointSlot first)
    {
        const string unfinished = StorageNames.Checkpoint + StorageNames.UnfinishedSuffix;
        _file = _folder.Open(unfinished, StorageFileMode.OpenOrCreate);
        _file.SetLength(0);
        _file.SetLength(FileSize);
        WriteSlot(first);
        WriteSlot(first with { Sequence = first.Sequence + 1 });
        _folder.Finish(StorageNames.Checkpoint);
        _folder.SyncNames();
        IsThere = true;
        _confirmed = true;
    }

    private void WriteSlot(CheckpointSlot slot)
    {
        slot.Write(_buffer);
        _file!.Write(_buffer, slot.Sequence % 2 * SlotStride);
        _file.Flush();
        Last = slot;
    }
}

namespace Rocket.Actors.Storage;

/// <summary>
/// The files of one segment. The only place that turns positions into places in files: positions count records alone, so the record at
/// position p is at <c>64 + p − base</c> in the segment file, and the entry of offset o at <c>64 + 24 · (o − first)</c> in the index.
/// </summary>
internal sealed class LogSegment : IDisposable
{
    private readonly LogFolder _folder;
    private volatile SegmentKeys _keys = SegmentKeys.None;
    private IStorageFile? _index;
    private long _keyEntries;
    private long _newestTimestamp = -1;
    private volatile bool _dropped;

    /// <summary>A segment whose companions are still to be attached.</summary>
    public LogSegment(LogFolder folder, LogPoint first, IStorageFile log, bool isFirstOfLog)
    {
        IsFirstOfLog = isFirstOfLog;
        _folder = folder;
        First = first;
        Name = StorageNames.Segment(first.Position);
        Log = log;
    }

    /// <summary>The first record of the segment.</summary>
    public LogPoint First { get; }

    /// <summary>Whether the log began with this segment.</summary>
    public bool IsFirstOfLog { get; }

    /// <summary>File name without suffix.</summary>
    public string Name { get; }

    public IStorageFile Log { get; }

    public IStorageFile Index => _index ?? throw new InvalidOperationException($"The index of {Name} is not attached");

    public bool HasIndex => _index is not null;

    /// <summary>Replaced as a whole when the keys are sorted; whoever read the old one starts over.</summary>
    public SegmentKeys Keys => _keys;

    /// <summary>Key entries that are complete; those of records beyond the appended watermark may be among them.</summary>
    public long KeyEntries => Volatile.Read(ref _keyEntries);

    /// <summary>Set before the files are deleted, so that a reader that finds them gone knows why.</summary>
    public bool IsDropped => _dropped;

    /// <summary>Store timestamp of the last record of a complete segment, once somebody has read it; −1 before.</summary>
    public long NewestTimestamp
    {
        get => Volatile.Read(ref _newestTimestamp);
        set => Volatile.Write(ref _newestTimestamp, value);
    }

    /// <summary>Where one of the files is, for messages to people.</summary>
    public string PathOf(SegmentFileKind kind) => _folder.PathOf(Name + kind switch
    {
        SegmentFileKind.Log => StorageNames.LogSuffix,
        SegmentFileKind.Index => StorageNames.IndexSuffix,
        _ => StorageNames.KeysSuffix,
    });

    /// <summary>Creates the files of a segment that begins here; its keys wait for the first key. Leftovers of an earlier life are emptied.</summary>
    public static LogSegment Create(LogFolder folder, LogPoint first, bool isFirstOfLog)
    {
        var name = StorageNames.Segment(first.Position);
        var log = folder.Open(name + StorageNames.LogSuffix, StorageFileMode.CreateNew);
        new SegmentHeader(SegmentFileKind.Log, first, folder.Identity, IsFirstOfLog: isFirstOfLog).WriteTo(log);
        var index = folder.Open(name + StorageNames.IndexSuffix, StorageFileMode.OpenOrCreate);
        index.SetLength(0);
        new SegmentHeader(SegmentFileKind.Index, first, folder.Identity).WriteTo(index);
        if (folder.Directory.Exists(name + StorageNames.KeysSuffix))
        {
            folder.Delete(name + StorageNames.KeysSuffix);
        }

        var segment = new LogSegment(folder, first, log, isFirstOfLog);
        segment.AttachIndex(index);
        return segment;
    }

    /// <summary>Gives the segment its index, before anyone reads it.</summary>
    public void AttachIndex(IStorageFile file)
    {
        _index?.Dispose();
        _index = file;
    }

    /// <summary>Where in the segment file the record at this position is.</summary>
    public long LogPlace(long position) => SegmentHeader.Size + position - First.Position;

    /// <summary>Where in the index the entry of this offset is.</summary>
    public long IndexPlace(long offset) => IndexLayout.FileLength(offset - First.Offset);

    /// <summary>Writer: adds encoded entries behind those there are.</summary>
    public void AppendKeys(ReadOnlySpan<byte> entries)
    {
        if (_keys.File is null)
        {
            var file = _folder.Open(Name + StorageNames.KeysSuffix, StorageFileMode.OpenOrCreate);
            new SegmentHeader(SegmentFileKind.Keys, First, _folder.Identity).WriteTo(file);
            _keys = new SegmentKeys(file, IsSorted: false);
        }

        var count = KeyEntries;
        _keys.File!.Write(entries, KeysLayout.FileLength(count));
        Volatile.Write(ref _keyEntries, count + (entries.Length / KeysLayout.EntrySize));
    }

    /// <summary>Puts other keys in the place of those there are: recovery, and the flusher when it has sorted them.</summary>
    public void ReplaceKeys(SegmentKeys replacement, long entries)
    {
        var replaced = _keys;
        Volatile.Write(ref _keyEntries, entries);
        _keys = replacement;
        replaced.File?.Dispose();
    }

    public void Flush()
    {
        Index.Flush();
        _keys.File?.Flush();
    }

    /// <summary>Retention: the list of segments no longer has this one.</summary>
    public void Drop()
    {
        _dropped = true;
        _folder.Delete(Name + StorageNames.LogSuffix);
        _folder.Delete(Name + StorageNames.IndexSuffix);
        if (_keys.File is not null)
        {
            _folder.Delete(Name + StorageNames.KeysSuffix);
        }

        Dispose();
    }

    public void Dispose()
    {
        Log.Dispose();
        _index?.Dispose();
        _keys.File?.Dispose();
    }
}

/// <summary>The keys file of a segment.</summary>
/// <param name="File">null as long as no record has a key.</param>
/// <param name="IsSorted">Whether it is complete and ascending, rather than in the order of the records.</param>
internal sealed record SegmentKeys(IStorageFile? File, bool IsSorted)
{
    public static readonly SegmentKeys None = new(null, false);
}

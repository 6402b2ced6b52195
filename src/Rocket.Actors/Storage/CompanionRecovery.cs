using System.Runtime.InteropServices;

namespace Rocket.Actors.Storage;

/// <summary>
/// Recovery of index and keys of one segment: trusted as far as the checkpoint goes when headers and lengths fit, else built anew from the
/// records. A file built anew takes its name only when it is complete and flushed, so that it may be trusted after the next crash.
/// </summary>
internal sealed class CompanionRecovery(LogFolder folder, SegmentRecovery records, Action<string> report)
{
    /// <summary>Attaches index and keys of a segment whose records up to <paramref name="end"/> a checkpoint covers.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="end">Behind the last record covered.</param>
    /// <param name="activeKeyEntries">For the segment that the checkpoint calls active: entries of its keys that are covered; else null.</param>
    /// <exception cref="DamagedLogException">They must be built anew, and the records are damaged.</exception>
    public void Attach(LogSegment segment, LogPoint end, long? activeKeyEntries)
    {
        var indexFault = FaultOfIndex(segment, end);
        var keysFault = activeKeyEntries is { } entries ? FaultOfActiveKeys(segment, end, entries) : FaultOfSortedKeys(segment);
        if (indexFault is null && keysFault is null)
        {
            return;
        }

        Rebuild(segment, end, sortKeys: activeKeyEntries is null);
        report($"index and keys of {segment.Name} were built anew from the records: {indexFault ?? keysFault}");
    }

    /// <summary>
    /// Attaches index and keys to a segment that lies behind the checkpoint altogether. What is in them counts for nothing; it is overwritten
    /// rather than cut first, since a full disk might not give the room back.
    /// </summary>
    public void AttachEmpty(LogSegment segment)
    {
        var index = folder.Open(segment.Name + StorageNames.IndexSuffix, StorageFileMode.OpenOrCreate);
        segment.AttachIndex(index);
        new SegmentHeader(SegmentFileKind.Index, segment.First, folder.Identity).WriteTo(index);
    }

    /// <summary>Cuts what index and keys say of records behind the last one there is.</summary>
    public void Trim(LogSegment segment, LogPoint end)
    {
        Trim(segment.Index, segment.IndexPlace(end.Offset));
        if (segment.Keys.File is null)
        {
            DeleteKeys(segment);
        }
        else if (!segment.Keys.IsSorted)
        {
            Trim(segment.Keys.File, KeysLayout.FileLength(segment.KeyEntries));
        }
    }

    private static void Trim(IStorageFile file, long length)
    {
        if (file.Length > length)
        {
            file.SetLength(length);
        }
    }

    /// <summary>Attaches the index of a segment as far as it is one; says why it must be built anew, null when it need not.</summary>
    public string? FaultOfIndex(LogSegment segment, LogPoint end)
    {
        var name = segment.Name + StorageNames.IndexSuffix;
        if (OpenIfRight(segment, name, SegmentFileKind.Index, out _, out var fault) is not { } file)
        {
            return fault;
        }

        segment.AttachIndex(file);
        if (file.Length < segment.IndexPlace(end.Offset))
        {
            return $"{name} is too short";
        }

        Span<byte> last = stackalloc byte[IndexLayout.EntrySize];
        file.Read(last, segment.IndexPlace(end.Offset - 1));
        return IndexLayout.TryRead(last, out var entry) && entry.NextPosition == end.Position ? null : $"the last entry of {name} is wrong";
    }

    /// <summary>The same for the keys of a complete segment.</summary>
    public string? FaultOfSortedKeys(LogSegment segment)
    {
        var name = segment.Name + StorageNames.KeysSuffix;
        if (OpenIfRight(segment, name, SegmentFileKind.Keys, out var header, out var fault) is not { } file)
        {
            return fault;
        }

        segment.ReplaceKeys(new SegmentKeys(file, header.IsSealed), Math.Max(0, header.SealedEntries));
        if (!header.IsSealed)
        {
            return $"{name} is not sorted";
        }

        return file.Length == KeysLayout.FileLength(header.SealedEntries) ? null : $"{name} has the wrong length";
    }

    /// <summary>The same for the keys of the segment that a checkpoint calls active.</summary>
    public string? FaultOfActiveKeys(LogSegment segment, LogPoint end, long entries)
    {
        var name = segment.Name + StorageNames.KeysSuffix;
        if (entries == 0)
        {
            return null;
        }

        if (OpenIfRight(segment, name, SegmentFileKind.Keys, out var header, out var fault) is not { } file)
        {
            return fault;
        }

        segment.ReplaceKeys(new SegmentKeys(file, header.IsSealed), entries);
        var length = KeysLayout.FileLength(entries);
        if (file.Length < length)
        {
            return $"{name} is too short";
        }

        if (header.IsSealed)
        {
            // Sorted for a checkpoint that was never finished. Right as it is when the segment ends here, else it has too much in it.
            return header.SealedEntries == entries && file.Length == length && SegmentRecovery.FileEnd(segment) == end.Position
                ? null
                : $"{name} is sorted already";
        }

        return null;
    }

    /// <summary>Opens a companion whose header says that it belongs to this segment of this log.</summary>
    private IStorageFile? OpenIfRight(LogSegment segment, string name, SegmentFileKind kind, out SegmentHeader header, out string? fault)
    {
        header = default;
        fault = $"{name} is missing";
        if (!folder.Directory.Exists(name))
        {
            return null;
        }

        var file = folder.Open(name, StorageFileMode.OpenExisting);
        try
        {
            if (SegmentHeader.Read(file, folder.PathOf(name), kind, out header) != HeaderState.Valid)
            {
                fault = $"the header of {name} is damaged";
            }
            else if (header.Identity != folder.Identity || header.Base != segment.First)
            {
                fault = $"{name} belongs to other records";
            }
            else
            {
                fault = null;
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        if (fault is null)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Sorts the keys of a segment that is complete; builds them anew from the records when they turn out to be damaged.</summary>
    /// <exception cref="DamagedLogException">They must be built anew, and the records are damaged.</exception>
    public void SortKeys(LogSegment segment, LogPoint end)
    {
        try
        {
            SegmentKeysSorter.Sort(folder, segment);
        }
        catch (DamagedRecordException damage)
        {
            RebuildKeys(segment, ReadKeys(segment, end, index: null), sort: true);
            report($"the keys of {segment.Name} were built anew from the records: {damage.Message}");
        }
    }

    private void Rebuild(LogSegment segment, LogPoint end, bool sortKeys)
    {
        var name = segment.Name + StorageNames.IndexSuffix;
        var index = folder.Open(name + StorageNames.UnfinishedSuffix, StorageFileMode.OpenOrCreate);
        segment.AttachIndex(index);
        index.SetLength(0);
        new SegmentHeader(SegmentFileKind.Index, segment.First, folder.Identity).WriteTo(index);
        var keys = ReadKeys(segment, end, index);
        index.Flush();
        folder.Finish(name);
        RebuildKeys(segment, keys, sortKeys);
    }

    private List<KeyEntry> ReadKeys(LogSegment segment, LogPoint end, IStorageFile? index)
    {
        var keys = new List<KeyEntry>();
        var epoch = -1L;
        var builder = new CompanionBuilder(segment, segment.First, index, keys);
        var reached = records.ReadRecords(segment, segment.First, end.Position, builder, ref epoch, out var reason);
        if (reached == end)
        {
            return keys;
        }

        throw new DamagedLogException(
            segment.PathOf(SegmentFileKind.Log),
            reached.Position,
            reason ?? $"the segment has records up to offset {reached.Offset}, {end.Offset} were expected");
    }

    private void RebuildKeys(LogSegment segment, List<KeyEntry> keys, bool sort) =>
        SegmentKeysSorter.Replace(folder, segment, CollectionsMarshal.AsSpan(keys), sort);

    private void DeleteKeys(LogSegment segment)
    {
        var name = segment.Name + StorageNames.KeysSuffix;
        if (folder.Directory.Exists(name))
        {
            folder.Delete(name);
        }
    }
}

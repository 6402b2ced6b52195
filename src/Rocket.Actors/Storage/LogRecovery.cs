namespace Rocket.Actors.Storage;

/// <summary>
/// Opens what an earlier process left of a log.
/// <list type="number">
/// <item>Up to the last checkpoint every segment must be there, joined to the next, of this log, and long enough; the last record must be right.
/// Anything else is refused with <see cref="DamagedLogException"/>, and no record is touched.</item>
/// <item>What follows the checkpoint is read record by record and kept up to the first that is torn or foreign; the rest is cut off and named.</item>
/// </list>
/// Each step leaves files that a crash within it, and another recovery, lead to the same end.
/// </summary>
internal sealed class LogRecovery
{
    private readonly LogFolder _folder;
    private readonly CheckpointFile _checkpointFile;
    private readonly CheckpointSlot? _checkpoint;
    private readonly Action<string> _report;
    private readonly SegmentRecovery _records;
    private readonly CompanionRecovery _companions;
    private readonly List<LogSegment> _segments = [];
    private readonly List<long> _doomed = [];
    private long _lastEpoch = -1;
    private long _tailBytes;
    private long _cutBytes;

    public LogRecovery(
        LogFolder folder,
        CheckpointFile checkpointFile,
        SegmentRecovery records,
        CompanionRecovery companions,
        Action<string> report)
    {
        _folder = folder;
        _checkpointFile = checkpointFile;
        _checkpoint = checkpointFile.Last;
        _report = report;
        _records = records;
        _companions = companions;
    }

    public RecoveredLog Run()
    {
        try
        {
            return Recover();
        }
        catch
        {
            foreach (var segment in _segments)
            {
                segment.Dispose();
            }

            throw;
        }
    }

    private RecoveredLog Recover()
    {
        var bases = SegmentBases();
        if (bases.Count > 0)
        {
            _folder.AssumeUnsynced();
        }

        var minimum = _checkpoint?.Minimum.Position ?? 0;
        // Retention had its checkpoint and was stopped before it had deleted everything.
        _doomed.AddRange(bases.Where(position => position < minimum));
        bases.RemoveAll(position => position < minimum);
        RefuseForeign(_doomed);

        var next = _checkpoint is null ? 0 : RecoverCheckpointed(_checkpoint, bases);
        var end = RecoverTail(bases, next);
        RemoveLeftovers();
        if (_segments.Count == 0)
        {
            // Where it was to begin elsewhere than at 0, that was to last from the first record on.
            return Result(default, default, default);
        }

        var first = _segments[0].First;
        return Result(first, _checkpoint?.Flushed ?? first, end);
    }

    private RecoveredLog Result(LogPoint minimum, LogPoint flushed, LogPoint appended) =>
        new([.. _segments], minimum, flushed, appended, _lastEpoch, new RecoverySummary(
            _checkpoint is { IsCleanStop: true }, _checkpoint?.BootId ?? Guid.Empty, _tailBytes, _cutBytes));

    private List<long> SegmentBases()
    {
        var bases = new List<long>();
        foreach (var name in _folder.Directory.ListFiles())
        {
            if (StorageNames.TryParseSegment(name, StorageNames.LogSuffix, out var position))
            {
                bases.Add(position);
            }
        }

        bases.Sort();
        return bases;
    }

    /// <summary>Opens and checks every segment with records that the checkpoint covers.</summary>
    /// <returns>Index of the first segment behind them.</returns>
    private int RecoverCheckpointed(CheckpointSlot slot, List<long> bases)
    {
        var count = 0;
        while (count < bases.Count && bases[count] < slot.Flushed.Position)
        {
            var path = _folder.PathOf(StorageNames.Segment(bases[count]) + StorageNames.LogSuffix);
            _segments.Add(_records.Open(bases[count]) ?? throw new DamagedLogException(path, bases[count], "the segment has no header"));
            count++;
        }

        if (count == 0 || _segments[0].First != slot.Minimum)
        {
            throw Missing(slot.Minimum.Position);
        }

        if (_segments[^1].First != slot.Active)
        {
            throw Missing(slot.Active.Position);
        }

        for (var i = 0; i < count; i++)
        {
            CheckLength(_segments[i], i + 1 < count ? _segments[i + 1].First : slot.Flushed);
        }

        for (var i = 0; i < count; i++)
        {
            var isActive = i + 1 == count;
            _companions.Attach(_segments[i], isActive ? slot.Flushed : _segments[i + 1].First, isActive ? slot.KeyEntries : null);
        }

        _lastEpoch = _records.CheckLastRecord(_segments[^1], slot.Flushed);
        return count;
    }

    private static void CheckLength(LogSegment segment, LogPoint end)
    {
        var fileEnd = SegmentRecovery.FileEnd(segment);
        if (fileEnd < end.Position)
        {
            throw new DamagedLogException(
                segment.PathOf(SegmentFileKind.Log),
                fileEnd,
                $"records up to position {end.Position} are missing: this file was cut, or the segment {StorageNames.Segment(fileEnd)}.log was deleted");
        }
    }

    private DamagedLogException Missing(long position) => new(
        _folder.PathOf(StorageNames.Segment(position) + StorageNames.LogSuffix), position, "the segment is missing, or holds other records");

    /// <summary>Reads what lies behind the checkpoint, in the segment that holds it and in those behind, and cuts what is no whole record.</summary>
    /// <returns>Behind the last record.</returns>
    private LogPoint RecoverTail(List<long> bases, int next)
    {
        var end = _checkpoint?.Flushed ?? default;
        string? reason = null;
        if (_segments.Count > 0 && (next == bases.Count || bases[next] != end.Position))
        {
            end = ReadTail(_segments[^1], end, out reason);
        }

        for (; next < bases.Count && reason is null; next++)
        {
            var isFirst = _checkpoint is null && _segments.Count == 0;
            if (!isFirst && bases[next] != end.Position)
            {
                reason = $"the next segment begins at position {bases[next]}";
                break;
            }

            if (_records.Open(bases[next]) is not { } segment)
            {
                reason = "the next segment has no header";
                break;
            }

            if (isFirst && !segment.IsFirstOfLog)
            {
                segment.Dispose();
                throw new DamagedLogException(
                    segment.PathOf(SegmentFileKind.Log),
                    segment.First.Position,
                    "the segments before this one are missing, or the checkpoint that says that they were dropped");
            }

            if (isFirst)
            {
                end = segment.First;
            }

            if (segment.First != end)
            {
                segment.Dispose();
                reason = $"the next segment begins with offset {segment.First.Offset}";
                break;
            }

            _segments.Add(segment);
            _companions.AttachEmpty(segment);
            end = ReadTail(segment, end, out reason);
        }

        Cut(end, bases.GetRange(next, bases.Count - next), reason);
        return end;
    }

    private LogPoint ReadTail(LogSegment segment, LogPoint from, out string? reason)
    {
        var fileEnd = SegmentRecovery.FileEnd(segment);
        reason = null;
        if (fileEnd == from.Position)
        {
            return from;
        }

        var end = _records.ReadRecords(segment, from, fileEnd, new CompanionBuilder(segment, from, segment.Index), ref _lastEpoch, out reason);
        _companions.Trim(segment, end);
        _tailBytes += end.Position - from.Position;
        if (end == from)
        {
            return end;
        }

        SegmentRecovery.Rewrite(segment, from.Position, end.Position);
        return end;
    }

    /// <summary>
    /// Makes the files end where the records do. From the last segment on, each step durable before the next, all before anything is appended:
    /// a later crash must not bring back what was cut, behind records that took its place or without those that went before it.
    /// </summary>
    private void Cut(LogPoint end, List<long> later, string? reason)
    {
        RefuseForeign(later);
        foreach (var position in Enumerable.Reverse(later))
        {
            _cutBytes += Math.Max(0, LengthOf(position) - SegmentHeader.Size);
            DeleteDurably(position);
        }

        if (_segments.Count > 0)
        {
            var last = _segments[^1];
            var rest = SegmentRecovery.FileEnd(last) - end.Position;
            _cutBytes += rest;
            if (end == last.First && !IsFreshStart(last))
            {
                // A log without records has no file, and no segment is without records.
                _segments.RemoveAt(_segments.Count - 1);
                last.Dispose();
                DeleteDurably(last.First.Position);
            }
            else if (rest > 0)
            {
                last.Log.SetLength(last.LogPlace(end.Position));
                last.Log.Flush();
            }
        }

        if (_cutBytes > 0)
        {
            _report($"cut {_cutBytes} bytes behind position {end.Position}, offset {end.Offset}: {reason}");
        }
    }

    /// <summary>A copy that begins elsewhere than at 0 and has no records yet: its only segment tells where.</summary>
    private bool IsFreshStart(LogSegment segment) => _segments.Count == 1 && _checkpoint is null && segment.IsFirstOfLog && segment.First.Position > 0;

    /// <summary>No crash puts another log's segment, or a newer version's, where it would be deleted: somebody copied it there, and may have no other copy.</summary>
    /// <exception cref="DamagedLogException">One of them is damaged, or another log's.</exception>
    /// <exception cref="NewerFormatException">One of them is a newer version's.</exception>
    private void RefuseForeign(List<long> positions)
    {
        foreach (var position in positions)
        {
            _records.Open(position)?.Dispose();
        }
    }

    private void DeleteDurably(long position)
    {
        DeleteSegment(position);
        _folder.SyncNames();
    }

    private long LengthOf(long position)
    {
        using var file = _folder.Open(StorageNames.Segment(position) + StorageNames.LogSuffix, StorageFileMode.OpenExisting);
        return file.Length;
    }

    private void DeleteSegment(long position)
    {
        var name = StorageNames.Segment(position);
        foreach (var suffix in (ReadOnlySpan<string>)[StorageNames.LogSuffix, StorageNames.IndexSuffix, StorageNames.KeysSuffix])
        {
            if (_folder.Directory.Exists(name + suffix))
            {
                _folder.Delete(name + suffix);
            }
        }
    }

    /// <summary>Deletes dropped segments, unfinished files, and companions whose segment is gone.</summary>
    private void RemoveLeftovers()
    {
        // The checkpoint that was read may be in memory alone, and the one before it still wants these segments.
        if (_doomed.Count > 0)
        {
            _folder.SyncNames();
            _checkpointFile.WriteTwice(_checkpoint!);
        }

        foreach (var position in _doomed)
        {
            DeleteSegment(position);
            _report($"deleted segment {StorageNames.Segment(position)}{StorageNames.LogSuffix}: its deletion was cut short before");
        }

        var kept = _segments.Select(segment => segment.First.Position).ToHashSet();
        foreach (var name in _folder.Directory.ListFiles())
        {
            var isOrphan = (StorageNames.TryParseSegment(name, StorageNames.IndexSuffix, out var position)
                || StorageNames.TryParseSegment(name, StorageNames.KeysSuffix, out position)) && !kept.Contains(position);
            if (isOrphan || name.EndsWith(StorageNames.UnfinishedSuffix, StringComparison.Ordinal))
            {
                _folder.Delete(name);
            }
            else if (!StorageNames.IsOfLog(name))
            {
                _report($"{_folder.PathOf(name)} does not belong into the folder of a log. It is left alone; move it away");
            }
        }
    }
}

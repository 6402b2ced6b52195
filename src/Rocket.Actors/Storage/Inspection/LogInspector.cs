namespace Rocket.Actors.Storage.Inspection;

/// <summary>
/// Reads one log of a stopped node from front to back and says what is wrong with it and what to do. Changes nothing: give it a folder that is
/// opened for reading only. What a start would refuse, build anew or cut is decided by the classes that a start uses.
/// </summary>
public sealed class LogInspector
{
    private readonly LogParts _log;
    private readonly IReadOnlyList<string> _names;

    private LogInspector(LogFolder folder, IRecordAudit audit, InspectionTally tally)
    {
        _log = new LogParts(folder, audit, tally);
        _names = folder.Directory.ListFiles();
    }

    /// <summary>Inspects a log; a folder that is missing or empty is a log without records.</summary>
    /// <param name="directory">The log's own folder, opened for reading.</param>
    /// <param name="name">The log's name.</param>
    /// <param name="audit">Knows what its records must be.</param>
    /// <param name="tally">Takes counts and findings.</param>
    public static InspectedLog Inspect(IStorageDirectory directory, string name, IRecordAudit audit, InspectionTally tally)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(audit);
        ArgumentNullException.ThrowIfNull(tally);
        try
        {
            return new LogInspector(new LogFolder(directory, name), audit, tally).Inspect();
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            tally.Add(FindingSeverity.Damage, directory.Path, $"it cannot be read: {refusal.Message}", Remedies.RepairDisk);
            return new InspectedLog(HasFiles: true, HasRecords: false, Epoch: -1, IsWhole: false);
        }
    }

    private InspectedLog Inspect()
    {
        var strangers = _log.Folder.Directory.ListDirectories();
        if (_names.Count == 0 && strangers.Count == 0)
        {
            return new InspectedLog(HasFiles: false, HasRecords: false, Epoch: -1, IsWhole: true);
        }

        _log.Tally.AddLog();
        var checkpoint = CheckpointInspector.Inspect(_log, out var isRefused);
        var bases = Bases(StorageNames.LogSuffix).ToList();
        var dropped = bases.FindAll(position => position < (checkpoint?.Minimum.Position ?? 0));
        bases.RemoveRange(0, dropped.Count);
        var areOwn = dropped.TrueForAll(IsOwn);
        ReportNames(strangers, dropped.Count, bases);
        var (last, covered, isWhole) = checkpoint is null ? (null, 0, true) : InspectCovered(checkpoint, bases);
        using (last)
        {
            // Behind records that are missing nothing is a tail: their owner has to be restored first.
            if (checkpoint is null || last is not null)
            {
                isWhole &= new TailInspector(_log, checkpoint).Inspect(last, bases[covered..]);
            }
        }

        return new InspectedLog(HasFiles: true, _log.Epoch >= 0, _log.Epoch, isWhole && areOwn && !isRefused);
    }

    private bool IsOwn(long position)
    {
        using var segment = _log.TryOpen(position, out var isUnwritten);
        return segment is not null || isUnwritten;
    }

    private IEnumerable<long> Bases(string suffix)
    {
        foreach (var name in _names)
        {
            if (StorageNames.TryParseSegment(name, suffix, out var position))
            {
                yield return position;
            }
        }
    }

    private void ReportNames(IEnumerable<string> strangers, int dropped, List<long> bases)
    {
        foreach (var name in _names.Where(name => !StorageNames.IsOfLog(name)).Concat(strangers))
        {
            _log.Tally.Add(FindingSeverity.Warning, _log.Folder.PathOf(name), "it does not belong into the folder of a log", Remedies.MoveAway);
        }

        var orphans = Bases(StorageNames.IndexSuffix).Concat(Bases(StorageNames.KeysSuffix)).Except(bases).Count()
            + _names.Count(name => name.EndsWith(StorageNames.UnfinishedSuffix, StringComparison.Ordinal));
        ReportLeftovers(dropped, "segments below the minimum");
        ReportLeftovers(orphans, "unfinished files, or indexes and keys without a segment");
    }

    private void ReportLeftovers(int count, string what)
    {
        if (count > 0)
        {
            _log.Tally.Add(FindingSeverity.Note, _log.Folder.Directory.Path, $"{count} {what} are left there", "nothing: a start deletes them");
        }
    }

    /// <summary>Reads every segment with records that the checkpoint covers.</summary>
    /// <returns>The last of them, if it can be read, and how many they are.</returns>
    private (LogSegment? Last, int Count, bool IsWhole) InspectCovered(CheckpointSlot checkpoint, List<long> bases)
    {
        var count = bases.Count(position => position < checkpoint.Flushed.Position);
        var segments = bases.Take(count).Select(OpenCovered).ToArray();
        var isWhole = !segments.Contains(null) && !IsFrontMissing(checkpoint, bases, segments);
        for (var i = 0; i < count; i++)
        {
            if (segments[i] is { } segment)
            {
                var end = i + 1 == count ? checkpoint.Flushed : segments[i + 1]?.First ?? new LogPoint(bases[i + 1], -1);
                isWhole &= new SegmentInspector(segment, end, checkpoint, _log).Inspect();
                ReportSurplus(segment, end, isLast: i + 1 == count);
            }

            if (i + 1 < count)
            {
                segments[i]?.Dispose();
            }
        }

        return (count == 0 ? null : segments[^1], count, isWhole);
    }

    private LogSegment? OpenCovered(long position)
    {
        var segment = _log.TryOpen(position, out var isUnwritten);
        if (isUnwritten)
        {
            var path = _log.Folder.PathOf(StorageNames.Segment(position) + StorageNames.LogSuffix);
            _log.Tally.Add(FindingSeverity.Damage, path, "the segment has no header; the start refuses this log", _log.Audit.Remedy);
        }

        return segment;
    }

    private bool IsFrontMissing(CheckpointSlot checkpoint, List<long> bases, LogSegment?[] segments)
    {
        if (segments.Length > 0 && bases[0] == checkpoint.Minimum.Position)
        {
            return false;
        }

        var to = segments.Length == 0 ? checkpoint.Flushed.Offset : segments[0]?.First.Offset ?? -1;
        _log.Tally.Add(
            FindingSeverity.Damage,
            _log.Folder.PathOf(StorageNames.Segment(checkpoint.Minimum.Position) + StorageNames.LogSuffix),
            $"the segment is missing, with the records from offset {checkpoint.Minimum.Offset}{(to < 0 ? " on" : $" to {to - 1}")}; the start refuses this log",
            _log.Audit.Remedy);
        return true;
    }

    private void ReportSurplus(LogSegment segment, LogPoint end, bool isLast)
    {
        var surplus = SegmentRecovery.FileEnd(segment) - end.Position;
        if (!isLast && surplus > 0)
        {
            _log.Tally.Add(FindingSeverity.Warning, segment.PathOf(SegmentFileKind.Log), $"{surplus} bytes lie behind its last record", Remedies.Nothing);
        }
    }
}

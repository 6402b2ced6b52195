namespace Rocket.Actors.Storage.Inspection;

/// <summary>
/// Reads what lies behind a log's checkpoint as the next start will: up to the first record that is torn or foreign. The rest is what that
/// start will cut; a crash explains it, so it is no damage.
/// </summary>
internal sealed class TailInspector(LogParts log, CheckpointSlot? checkpoint)
{
    private readonly FaultRun _mismatches = new(log.Folder.Directory.Path, log.Audit.RemedyForRecords, log.Tally);
    private string? _reason;
    private bool _goodFollows;

    /// <param name="last">The segment that the checkpoint ends in; null without a checkpoint.</param>
    /// <param name="bases">Where the segments behind it begin.</param>
    /// <returns>Whether nothing of it is refused or wrong; a torn tail is neither.</returns>
    public bool Inspect(LogSegment? last, IReadOnlyList<long> bases)
    {
        var end = checkpoint?.Flushed ?? default;
        var cut = 0L;
        if (last is not null && (bases.Count == 0 || bases[0] != end.Position))
        {
            end = Read(last, end);
            cut += SegmentRecovery.FileEnd(last) - end.Position;
        }

        var isWhole = true;
        var isFirst = last is null;
        foreach (var position in bases)
        {
            using var segment = log.TryOpen(position, out var isUnwritten);
            if (segment is null && !isUnwritten)
            {
                isWhole = false;
                continue;
            }

            if (_reason is null && isFirst && segment is { IsFirstOfLog: false })
            {
                Refuse(segment);
                isWhole = false;
            }

            end = isFirst && segment is not null ? segment.First : end;
            _reason ??= FaultOf(segment, position, end);
            isFirst = false;
            if (_reason is null)
            {
                end = Read(segment!, end);
                cut += SegmentRecovery.FileEnd(segment!) - end.Position;
            }
            else if (segment is not null)
            {
                cut += SegmentRecovery.FileEnd(segment) - segment.First.Position;
                _goodFollows |= HoldsRecords(segment, segment.First);
            }
        }

        _mismatches.Finish();
        Report(end, cut);
        return isWhole && !_mismatches.Any;
    }

    private static string? FaultOf(LogSegment? segment, long position, LogPoint end)
    {
        if (segment is null)
        {
            return "the next segment has no header";
        }

        return segment.First == end ? null : $"the next segment begins at position {position}, offset {segment.First.Offset}";
    }

    private void Refuse(LogSegment segment) => log.Tally.Add(
        FindingSeverity.Damage,
        segment.PathOf(SegmentFileKind.Log),
        "the segments before this one are missing, or the checkpoint that says that they were dropped; the start refuses this log",
        log.Audit.Remedy);

    private LogPoint Read(LogSegment segment, LogPoint from)
    {
        var at = from;
        using var cursor = new RecordCursor(segment, at.Position, SegmentRecovery.FileEnd(segment));
        while (true)
        {
            var found = cursor.MoveNext();
            if (found == RecordFound.End)
            {
                return at;
            }

            _reason = found == RecordFound.Record ? log.FaultOf(cursor, at.Offset) : cursor.Reason;
            if (_reason is not null)
            {
                _goodFollows |= HoldsRecords(segment, Behind(segment, at));
                return at;
            }

            var next = new LogPoint(cursor.NextPosition, at.Offset + 1);
            if (log.MismatchOf(cursor, at.Offset) is { } mismatch)
            {
                _mismatches.Add(at, next, mismatch);
            }

            at = next;
        }
    }

    /// <summary>Where the record behind this one would be, if its length were right.</summary>
    private static LogPoint Behind(LogSegment segment, LogPoint at)
    {
        Span<byte> header = stackalloc byte[RecordLayout.HeaderSize];
        var length = segment.Log.Read(header, segment.LogPlace(at.Position)) == header.Length ? Math.Max(0, RecordLayout.LengthOf(header)) : 0;
        return new LogPoint(at.Position + RecordLayout.HeaderSize + length, at.Offset + 1);
    }

    private bool HoldsRecords(LogSegment segment, LogPoint at)
    {
        var end = SegmentRecovery.FileEnd(segment);
        if (at.Position >= end)
        {
            return false;
        }

        using var cursor = new RecordCursor(segment, at.Position, end);
        return cursor.MoveNext() == RecordFound.Record && log.Records.TryDescribe(cursor.Payload.Span, at.Offset);
    }

    private void Report(LogPoint end, long cut)
    {
        if (_reason is null)
        {
            return;
        }

        var what = $"behind position {end.Position}, offset {end.Offset}, the next start cuts {cut} bytes: {_reason}";
        if (_goodFollows)
        {
            log.Tally.Add(
                FindingSeverity.Warning,
                log.Folder.Directory.Path,
                $"{what}. Whole records follow there",
                "a power cut may leave this, and so may damage: copy the folder before the next start if those records matter");
        }
        else
        {
            log.Tally.Add(FindingSeverity.Note, log.Folder.Directory.Path, what, "nothing: a crash leaves a torn tail");
        }
    }
}

namespace Rocket.Actors.Storage.Inspection;

/// <summary>
/// Reads the records of one segment that a checkpoint covers. A damaged one is passed over, by what the index or its own length says of its
/// end, and the next good one is looked for.
/// </summary>
internal sealed class SegmentInspector
{
    private readonly LogSegment _segment;
    private readonly LogPoint _end;
    private readonly LogParts _log;
    private readonly IndexInspector _index;
    private readonly KeysInspector _keys;
    private readonly FaultRun _faults;
    private readonly long _readable;
    private readonly bool _isActive;
    private bool _isUnreadable;
    private bool _isNewer;

    /// <param name="segment">The segment, with nothing attached.</param>
    /// <param name="end">Behind the last record covered; offset −1 where only the position is known.</param>
    /// <param name="checkpoint">What covers it.</param>
    /// <param name="log">The log.</param>
    public SegmentInspector(LogSegment segment, LogPoint end, CheckpointSlot checkpoint, LogParts log)
    {
        (_segment, _end, _log) = (segment, end, log);
        _isActive = segment.First == checkpoint.Active;
        _index = new IndexInspector(segment, FaultOrNewer(() => end.Offset < 0 ? null : log.Companions.FaultOfIndex(segment, end)));
        _keys = new KeysInspector(
            segment,
            FaultOrNewer(() => _isActive ? log.Companions.FaultOfActiveKeys(segment, end, checkpoint.KeyEntries) : log.Companions.FaultOfSortedKeys(segment)));
        _faults = new FaultRun(segment.PathOf(SegmentFileKind.Log), log.Audit.RemedyForRecords, log.Tally);
        _readable = Math.Min(end.Position, SegmentRecovery.FileEnd(segment));
    }

    /// <summary>Reads all of it and reports what is wrong.</summary>
    /// <returns>Whether every record is right.</returns>
    public bool Inspect()
    {
        var reached = ReadRecords();
        if (reached.Position == _end.Position && reached.Offset != _end.Offset && _end.Offset >= 0)
        {
            AddUnreadable(reached, _end, $"offset {_end.Offset} was expected here");
        }

        _faults.Finish();
        if (_end.Offset >= 0 && !_isNewer && _readable == _end.Position)
        {
            ReportCompanions();
        }

        return !_faults.Any && !_isUnreadable;
    }

    private void ReportCompanions()
    {
        // A start that builds one of them anew does so with the other too, whatever is in it.
        if (_index.IsBuiltAnew || !_keys.IsBuiltAnew)
        {
            _index.Report(!_isUnreadable, _log.Audit.Remedy, _log.Tally);
        }

        if (_keys.IsBuiltAnew || !_index.IsBuiltAnew)
        {
            _keys.Report(!_isUnreadable, _log.Audit.Remedy, _log.Tally);
        }
    }

    private string? FaultOrNewer(Func<string?> fault)
    {
        try
        {
            return fault();
        }
        catch (NewerFormatException newer)
        {
            _isNewer = true;
            _log.Add(newer);
            return null;
        }
    }

    private void AddUnreadable(LogPoint from, LogPoint to, string reason)
    {
        _isUnreadable = true;

        // A start looks at the length of every segment, and at the last record alone.
        var isRefused = to.Position == _end.Position && (_isActive || _readable < _end.Position);
        _faults.Add(from, to, isRefused ? $"{reason}; the start refuses this log" : reason);
    }

    private LogPoint ReadRecords()
    {
        var at = _segment.First;
        var cursor = new RecordCursor(_segment, at.Position, _readable);
        try
        {
            while (true)
            {
                var found = cursor.MoveNext();
                if (found == RecordFound.Record)
                {
                    at = Take(cursor, at);
                    continue;
                }

                if (at.Position == _end.Position)
                {
                    return at;
                }

                if (found == RecordFound.End)
                {
                    AddMissing(at);
                    return _end;
                }

                if (FindNext(at) is not { } next)
                {
                    AddUnreadable(at, _end, cursor.Reason);
                    return _end;
                }

                AddUnreadable(at, next, cursor.Reason);
                at = next;
                cursor.Dispose();
                cursor = new RecordCursor(_segment, at.Position, _readable);
            }
        }
        finally
        {
            cursor.Dispose();
        }
    }

    /// <summary>The file ends behind a good record, and more were to come: they stood here, or more likely in a segment that is gone.</summary>
    private void AddMissing(LogPoint at)
    {
        _isUnreadable = true;
        var file = _isActive ? _segment.PathOf(SegmentFileKind.Log) : _log.Folder.PathOf(StorageNames.Segment(at.Position) + StorageNames.LogSuffix);
        _log.Tally.Add(
            FindingSeverity.Damage,
            file,
            $"the {(_isActive ? "end of the file" : "segment")} is missing, with the records from offset {at.Offset}{(_end.Offset < 0 ? " on" : $" to {_end.Offset - 1}")}; "
            + "the start refuses this log",
            _log.Audit.Remedy);
    }

    private LogPoint Take(RecordCursor cursor, LogPoint at)
    {
        var next = new LogPoint(cursor.NextPosition, at.Offset + 1);
        if (_log.FaultOf(cursor, at.Offset) is { } fault)
        {
            AddUnreadable(at, next, fault);
            return next;
        }

        if (_log.MismatchOf(cursor, at.Offset) is { } mismatch)
        {
            _faults.Add(at, next, mismatch);
        }

        ref readonly var description = ref _log.Records.Description;
        _index.Compare(at.Offset, new IndexEntry(at.Position, cursor.Payload.Length, description.TagHash, description.StoreTimestamp));
        foreach (var hash in description.KeyHashes)
        {
            _keys.Expect(hash, at.Offset);
        }

        return next;
    }

    /// <summary>The next record that can be read, or the end; null when nothing says where it is.</summary>
    private LogPoint? FindNext(LogPoint damaged)
    {
        var at = damaged;
        while (EndOf(at, at == damaged) is { } end && end > at.Position && end <= _readable)
        {
            at = new LogPoint(end, at.Offset + 1);
            if (end == _readable || IsGood(at))
            {
                return at;
            }
        }

        return null;
    }

    private long? EndOf(LogPoint at, bool mayAskItself)
    {
        if (_index.TryRead(at.Offset, out var entry) && entry.Position == at.Position && entry.Size > 0)
        {
            return entry.NextPosition;
        }

        Span<byte> header = stackalloc byte[RecordLayout.HeaderSize];
        return mayAskItself && _segment.Log.Read(header, _segment.LogPlace(at.Position)) == header.Length && RecordLayout.LengthOf(header) > 0
            ? at.Position + RecordLayout.HeaderSize + RecordLayout.LengthOf(header)
            : null;
    }

    private bool IsGood(LogPoint at)
    {
        using var cursor = new RecordCursor(_segment, at.Position, _readable);
        return cursor.MoveNext() == RecordFound.Record && _log.Records.TryDescribe(cursor.Payload.Span, at.Offset);
    }
}

namespace Rocket.Actors.Storage.Inspection;

/// <summary>What the inspectors of one log's parts share: how a start reads it, what its records must be, and where findings go.</summary>
internal sealed class LogParts
{
    public LogParts(LogFolder folder, IRecordAudit audit, InspectionTally tally)
    {
        (Folder, Audit, Tally) = (folder, audit, tally);
        Records = new SegmentRecovery(folder, audit.Indexer);
        Companions = new CompanionRecovery(folder, Records, static _ => { });
    }

    public LogFolder Folder { get; }

    public IRecordAudit Audit { get; }

    public InspectionTally Tally { get; }

    /// <summary>Opens and describes as a start does. Nothing of it that writes is called here.</summary>
    public SegmentRecovery Records { get; }

    /// <summary>Says what a start says of index and keys. Nothing of it that writes is called here.</summary>
    public CompanionRecovery Companions { get; }

    /// <summary>The highest epoch so far; −1 without a record.</summary>
    public long Epoch { get; private set; } = -1;

    /// <summary>Takes the record that a cursor stands on, whose checksum is right, and says why a start would stop before it; null: it would not.</summary>
    public string? FaultOf(RecordCursor cursor, long offset)
    {
        if (cursor.Epoch < Epoch)
        {
            return $"its epoch {cursor.Epoch} is below {Epoch}, that of a record before it";
        }

        if (!Records.TryDescribe(cursor.Payload.Span, offset))
        {
            return "it was not written for this place: another kind of record, or another offset";
        }

        Epoch = cursor.Epoch;
        Tally.AddRecord(cursor.NextPosition - cursor.Position);
        return null;
    }

    /// <summary>What else is wrong with a record that <see cref="FaultOf"/> has taken; null: nothing.</summary>
    public string? MismatchOf(RecordCursor cursor, long offset) =>
        Audit.FaultOf(new LogRecord(cursor.Position, offset, cursor.Epoch, cursor.Payload));

    /// <summary>Opens a segment file as a start does; what a start refuses becomes a finding.</summary>
    /// <returns>null when it cannot be read; <paramref name="isUnwritten"/>: since its header never reached the disk.</returns>
    public LogSegment? TryOpen(long basePosition, out bool isUnwritten)
    {
        isUnwritten = false;
        try
        {
            var segment = Records.Open(basePosition);
            isUnwritten = segment is null;
            return segment;
        }
        catch (DamagedLogException damage)
        {
            Tally.Add(FindingSeverity.Damage, damage.File, $"{damage.Reason}; the start refuses this log", Audit.Remedy);
        }
        catch (NewerFormatException newer)
        {
            Add(newer);
        }

        return null;
    }

    public void Add(NewerFormatException newer) =>
        Tally.Add(FindingSeverity.Damage, newer.File, $"it has format version {newer.Version}, which is newer than this program knows", Remedies.OtherVersion);
}

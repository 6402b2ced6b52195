using Rocket.Actors.Storage;

namespace Rocket.Simulation.Storage;

/// <summary>The promise was broken: what the checker found, with the seed that leads there again.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>
/// What a log was told and what it promised in return, kept outside of it; and the check of the log against that.
/// </summary>
internal sealed class ExpectedLog(Random random)
{
    private readonly List<SimulatedRecord> _records = [];

    /// <summary>A clean stop was noted for sure and no append was tried since.</summary>
    private bool _isStopped;

    /// <summary>A clean stop may have been noted, and no append returned since.</summary>
    private bool _mayBeStopped;

    /// <summary>Records that an append was tried for; those behind <see cref="Appended"/> may or may not be there.</summary>
    public IReadOnlyList<SimulatedRecord> Records => _records;

    /// <summary>Behind the last record whose append returned.</summary>
    public long Appended { get; private set; }

    /// <summary>Behind the last record that was ever reported flushed.</summary>
    public long Flushed { get; private set; }

    /// <summary>Behind the last record that a checkpoint covers for sure.</summary>
    public long Checkpointed { get; private set; }

    /// <summary>The minimum that was reported last.</summary>
    public long Minimum { get; private set; }

    /// <summary>The greatest minimum that may have been written before it was reported.</summary>
    public long AttemptedMinimum { get; set; }

    public void Attempt(SimulatedRecord record)
    {
        _records.Add(record);
        _isStopped = false;
        AttemptedMinimum = Math.Max(AttemptedMinimum, Minimum);
    }

    public void AppendReturned()
    {
        Appended = _records.Count;
        _mayBeStopped = false;
    }

    public void CheckpointAttempted(bool cleanStop)
    {
        _isStopped = false;
        _mayBeStopped |= cleanStop;
    }

    public void CheckpointReturned(RecordLog log, bool cleanStop)
    {
        Checkpointed = log.Watermarks.FlushedOffset;
        _isStopped = cleanStop && _records.Count > 0;
    }

    public static void CheckDropped(RecordLog log, long minimum) =>
        Require(log.Watermarks.MinimumOffset == minimum, $"the minimum is {log.Watermarks.MinimumOffset} after {minimum} was asked for");

    /// <summary>Notes what the log says of itself, also after a call that failed.</summary>
    public void Observe(RecordLog log)
    {
        Flushed = Math.Max(Flushed, log.Watermarks.FlushedOffset);
        Minimum = Math.Max(Minimum, log.Watermarks.MinimumOffset);
        AttemptedMinimum = Math.Max(AttemptedMinimum, Minimum);
    }

    /// <summary>After an opening: everything promised must be there, and nothing that was never written. Then the log counts as it is.</summary>
    /// <param name="log">The log.</param>
    /// <param name="powerCut">Whether what was not flushed may be gone.</param>
    public void CheckOpened(RecordLog log, bool powerCut)
    {
        var marks = log.Watermarks;
        var promised = powerCut ? Flushed : Appended;
        Require(marks.AppendedOffset >= promised, $"the log ends at offset {marks.AppendedOffset}, {promised} records were promised");
        Require(marks.AppendedOffset <= _records.Count, $"the log ends at offset {marks.AppendedOffset}, only {_records.Count} records were ever written");
        Require(
            marks.MinimumOffset >= Minimum && marks.MinimumOffset <= AttemptedMinimum,
            $"the minimum is {marks.MinimumOffset}, it was {Minimum} and at most {AttemptedMinimum} was asked for");
        Require(!log.Recovery.WasStoppedCleanly || _mayBeStopped, "a clean stop is claimed, and records were appended after it");
        Require(!_isStopped || log.Recovery.WasStoppedCleanly, "a clean stop was forgotten");
        _records.RemoveRange((int)marks.AppendedOffset, _records.Count - (int)marks.AppendedOffset);
        Appended = _records.Count;
        Observe(log);
        CheckRecords(log, damagedOffset: -1);
    }

    /// <summary>Reads everything in every way. The damaged record, if there is one, must be reported; all others must be right.</summary>
    public void CheckRecords(RecordLog log, long damagedOffset)
    {
        var marks = log.Watermarks;
        CheckByOffset(log, damagedOffset);
        CheckByScan(log, damagedOffset);
        for (var i = 0; i < 10 && marks.AppendedOffset > marks.MinimumOffset; i++)
        {
            var record = _records[(int)random.NextInt64(marks.MinimumOffset, marks.AppendedOffset)];
            if (record.Offset != damagedOffset)
            {
                CheckByKeyAndTime(log.Reader, record);
            }
        }

        var past = new IndexEntry[1];
        Require(log.Reader.ReadIndex(marks.AppendedOffset, past) == 0, "there is an entry behind the end");
    }

    /// <summary>Nobody can know any more that the log was stopped.</summary>
    public void ForgetStop() => _isStopped = false;

    /// <summary>Reads one record by itself.</summary>
    public static void CheckOne(LogReader reader, SimulatedRecord record)
    {
        var entry = new IndexEntry[1];
        Require(reader.ReadIndex(record.Offset, entry) == 1, $"offset {record.Offset} has no entry");
        CheckEntry(record, entry[0]);
        var payload = new byte[entry[0].Size];
        reader.ReadPayload(entry[0], payload);
        CheckPayload(record, payload);
    }

    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }

    private void CheckByOffset(RecordLog log, long damagedOffset)
    {
        var entries = new IndexEntry[random.Next(1, 50)];
        for (var offset = log.Watermarks.MinimumOffset; offset < log.Watermarks.AppendedOffset;)
        {
            var count = log.Reader.ReadIndex(offset, entries);
            Require(count == Math.Min(entries.Length, log.Watermarks.AppendedOffset - offset), $"{count} entries were read at offset {offset}");
            for (var i = 0; i < count; i++)
            {
                CheckEntry(_records[(int)offset + i], entries[i]);
            }

            CheckPayloads(log.Reader, entries.AsSpan(0, count), offset, damagedOffset);
            offset += count;
        }
    }

    private static void CheckEntry(SimulatedRecord record, IndexEntry entry) => Require(
        entry == new IndexEntry(record.Position, record.Payload.Length, record.TagHash, record.StoreTimestamp),
        $"{entry} is not the entry of {record}");

    private void CheckPayloads(LogReader reader, Span<IndexEntry> entries, long offset, long damagedOffset)
    {
        var bytes = 0;
        foreach (var entry in entries)
        {
            bytes += entry.Size;
        }

        var payloads = new byte[bytes + (random.Next(2) * 16 * entries.Length)];
        var isDamaged = damagedOffset >= offset && damagedOffset < offset + entries.Length;
        try
        {
            reader.ReadPayloads(entries, payloads);
            Require(!isDamaged, $"the damaged record {damagedOffset} was served");
        }
        catch (DamagedRecordException) when (isDamaged)
        {
            CheckAllButDamaged(reader, entries, offset, damagedOffset);
            return;
        }

        var place = 0;
        for (var i = 0; i < entries.Length; place += entries[i++].Size)
        {
            CheckPayload(_records[(int)offset + i], payloads.AsSpan(place, entries[i].Size));
        }
    }

    private void CheckAllButDamaged(LogReader reader, Span<IndexEntry> entries, long offset, long damagedOffset)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (offset + i == damagedOffset)
            {
                continue;
            }

            var payload = new byte[entries[i].Size];
            reader.ReadPayload(entries[i], payload);
            CheckPayload(_records[(int)offset + i], payload);
        }
    }

    private static void CheckPayload(SimulatedRecord record, ReadOnlySpan<byte> payload) =>
        Require(payload.SequenceEqual(record.Payload), $"the record at offset {record.Offset} has other bytes");

    private void CheckByScan(RecordLog log, long damagedOffset)
    {
        using var scanner = log.Reader.Scan(log.Watermarks.MinimumPosition);
        var offset = log.Watermarks.MinimumOffset;
        try
        {
            for (; scanner.MoveNext(); offset++)
            {
                var (record, found) = (_records[(int)offset], scanner.Current);
                CheckPayload(record, found.Payload.Span);
                Require(
                    found.Offset == offset && found.Position == record.Position && found.Epoch == record.Epoch,
                    $"{record} was scanned as offset {found.Offset}, position {found.Position}, epoch {found.Epoch}");
            }
        }
        catch (DamagedRecordException) when (offset == damagedOffset)
        {
            return;
        }

        Require(damagedOffset < 0, $"the damaged record {damagedOffset} was scanned");
        Require(offset == log.Watermarks.AppendedOffset, $"the scan ended at {offset}");
    }

    public void CheckByKeyAndTime(LogReader reader, SimulatedRecord record)
    {
        Span<long> found = stackalloc long[4];
        var count = reader.FindByKey(record.OwnKey, record.StoreTimestamp, record.StoreTimestamp, found);
        Require(count == 1 && found[0] == record.Offset, $"{count} records were found by the key of {record.Offset}");
        Require(
            reader.TryFindAt(record.Position, out var offset, out _) && offset == record.Offset && !reader.TryFindAt(record.Position + 1, out _, out _),
            $"the record at position {record.Position} is not found");
        var expected = _records.FindIndex((int)reader.OffsetByTime(0), other => other.StoreTimestamp >= record.StoreTimestamp);
        Require(reader.OffsetByTime(record.StoreTimestamp) == expected, $"time {record.StoreTimestamp} is not found at {expected}");
    }
}

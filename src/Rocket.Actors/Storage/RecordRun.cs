namespace Rocket.Actors.Storage;

/// <summary>
/// Consecutive records with what index and keys say of them, byte for byte as they stand in the files of a log: what travels from a log to its
/// copies. Valid for as long as the memory that it looks at.
/// </summary>
public readonly ref struct RecordRun
{
    /// <param name="first">Where the first record begins.</param>
    /// <param name="count">How many records.</param>
    /// <param name="records">The records back to back, each with its header.</param>
    /// <param name="indexEntries">An entry a record.</param>
    /// <param name="keyEntries">The entries of all keys, in the order of the records.</param>
    public RecordRun(LogPoint first, int count, ReadOnlySpan<byte> records, ReadOnlySpan<byte> indexEntries, ReadOnlySpan<byte> keyEntries)
    {
        First = first;
        Count = count;
        Records = records;
        IndexEntries = indexEntries;
        KeyEntries = keyEntries;
    }

    /// <summary>Where the first record begins.</summary>
    public LogPoint First { get; }

    /// <summary>Behind the last record.</summary>
    public LogPoint End => new(First.Position + Records.Length, First.Offset + Count);

    /// <summary>How many records.</summary>
    public int Count { get; }

    public ReadOnlySpan<byte> Records { get; }

    public ReadOnlySpan<byte> IndexEntries { get; }

    public ReadOnlySpan<byte> KeyEntries { get; }

    /// <summary>
    /// What is wrong with a run that another node sent, so that it must not be appended behind <paramref name="end"/>; null: nothing is. Looks at every record's
    /// checksum, and at every entry of index and keys.
    /// </summary>
    /// <param name="end">The end of the log that it is meant for.</param>
    /// <param name="lastEpoch">Epoch of that log's last record.</param>
    /// <param name="greatestEpoch">The epoch in which it was sent: no record may be of a later one.</param>
    /// <param name="runEpoch">Epoch of the last record of the run.</param>
    public string? FindFault(LogPoint end, long lastEpoch, long greatestEpoch, out long runEpoch)
    {
        runEpoch = lastEpoch;
        if (First != end)
        {
            return $"it begins at {First}, the log ends at {end}";
        }

        if (Count <= 0 || IndexEntries.Length != Count * IndexLayout.EntrySize || KeyEntries.Length % KeysLayout.EntrySize != 0)
        {
            return $"{Count} records do not go with {IndexEntries.Length} bytes of index and {KeyEntries.Length} of keys";
        }

        return FindFaultInRecords(greatestEpoch, ref runEpoch) ?? FindFaultInKeys();
    }

    private string? FindFaultInRecords(long greatestEpoch, ref long epoch)
    {
        var rest = Records;
        var position = First.Position;
        for (var i = 0; i < Count; i++)
        {
            if (!IndexLayout.TryRead(IndexEntries.Slice(i * IndexLayout.EntrySize, IndexLayout.EntrySize), out var entry))
            {
                return $"the index entry of offset {First.Offset + i} is damaged";
            }

            var size = RecordLayout.HeaderSize + (long)entry.Size;
            if (entry.Position != position || entry.Size <= 0 || size > rest.Length)
            {
                return $"the index entry of offset {First.Offset + i} does not fit the record at position {position}";
            }

            var record = rest[..(int)size];
            if (!RecordLayout.Matches(record, record[RecordLayout.HeaderSize..]))
            {
                return $"the record at position {position} is damaged";
            }

            var recordEpoch = RecordLayout.EpochOf(record);
            if (recordEpoch < epoch || recordEpoch > greatestEpoch)
            {
                return $"the record at position {position} has epoch {recordEpoch}, between {epoch} and {greatestEpoch} was expected";
            }

            epoch = recordEpoch;
            position += size;
            rest = rest[(int)size..];
        }

        return rest.IsEmpty ? null : $"{rest.Length} bytes follow the last of {Count} records";
    }

    private string? FindFaultInKeys()
    {
        var last = First.Offset;
        for (var at = 0; at < KeyEntries.Length; at += KeysLayout.EntrySize)
        {
            if (!KeysLayout.TryRead(KeyEntries.Slice(at, KeysLayout.EntrySize), out var entry) || entry.Offset < last || entry.Offset >= End.Offset)
            {
                return $"the key entry behind offset {last} is damaged or out of order";
            }

            last = entry.Offset;
        }

        return null;
    }
}

using System.Buffers;

namespace Rocket.Actors.Storage;

/// <summary>
/// Reads stretches of a log as <see cref="RecordRun"/>s, for a copy that is behind. Checks every record; what index and keys say of it is made anew, since the keys of a
/// complete segment are no longer in the order of the records. One thread at a time, beside the writer.
/// </summary>
/// <param name="reader">The log.</param>
/// <param name="indexer">Describes its records.</param>
public sealed class RecordRunReader(LogReader reader, IRecordIndexer indexer) : IDisposable
{
    private const int GreatestCount = 2048;

    private readonly IndexEntry[] _entries = new IndexEntry[GreatestCount];
    private readonly ArrayBufferWriter<byte> _index = new();
    private readonly ArrayBufferWriter<byte> _keys = new();
    private RecordDescription _description;
    private byte[] _records = [];

    /// <summary>Reads records of one segment.</summary>
    /// <param name="from">Start of the first record, or the end of the log.</param>
    /// <param name="maxBytes">Bytes of records at most; a larger first record is read alone all the same.</param>
    /// <returns>Valid until the next call; without records at the end of the log.</returns>
    /// <exception cref="OffsetBelowMinimumException">Retention dropped the first record.</exception>
    /// <exception cref="DamagedRecordException">A record is not what was written: no copy must get it.</exception>
    public RecordRun Read(LogPoint from, int maxBytes)
    {
        var count = reader.ReadRunIndex(from.Offset, _entries);
        if (count == 0)
        {
            return new RecordRun(from, 0, [], [], []);
        }

        if (_entries[0].Position != from.Position)
        {
            throw new ArgumentException($"No record of offset {from.Offset} begins at position {from.Position}", nameof(from));
        }

        var fitting = 1;
        while (fitting < count && _entries[fitting].NextPosition - from.Position <= maxBytes)
        {
            fitting++;
        }

        var bytes = checked((int)(_entries[fitting - 1].NextPosition - from.Position));
        EnsureRoom(bytes);
        var records = _records.AsSpan(0, bytes);
        reader.ReadRecords(from.Position, records);
        Describe(records, _entries.AsSpan(0, fitting), from.Offset);
        return new RecordRun(from, fitting, records, _index.WrittenSpan, _keys.WrittenSpan);
    }

    public void Dispose()
    {
        if (_records.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_records);
            _records = [];
        }
    }

    private void Describe(ReadOnlySpan<byte> records, ReadOnlySpan<IndexEntry> entries, long firstOffset)
    {
        _index.ResetWrittenCount();
        _keys.ResetWrittenCount();
        for (var i = 0; i < entries.Length; i++)
        {
            ref readonly var entry = ref entries[i];
            var record = records[..(RecordLayout.HeaderSize + entry.Size)];
            var payload = record[RecordLayout.HeaderSize..];
            _description.Clear();
            if (!RecordLayout.Matches(record, payload) || !indexer.TryDescribe(payload, firstOffset + i, ref _description))
            {
                throw reader.Damaged(entry.Position, "the record is not what was written");
            }

            IndexLayout.Write(
                _index.GetSpan(IndexLayout.EntrySize), new IndexEntry(entry.Position, entry.Size, _description.TagHash, _description.StoreTimestamp));
            _index.Advance(IndexLayout.EntrySize);
            foreach (var hash in _description.KeyHashes)
            {
                KeysLayout.Write(_keys.GetSpan(KeysLayout.EntrySize), new KeyEntry(hash, firstOffset + i));
                _keys.Advance(KeysLayout.EntrySize);
            }

            records = records[record.Length..];
        }
    }

    private void EnsureRoom(int bytes)
    {
        if (_records.Length < bytes)
        {
            Dispose();
            _records = ArrayPool<byte>.Shared.Rent(bytes);
        }
    }
}

using System.Buffers;

namespace Rocket.Actors.Storage;

/// <summary>
/// Records on their way into a log, encoded in place as they will stand in its files: <see cref="Begin"/>, then for each record
/// <see cref="Add(int)"/> and <see cref="Seal"/>, then <see cref="RecordLog.Append"/>, then <see cref="Clear"/>.
/// The memory is rented at the first record and given back by <see cref="Clear"/>. One thread at a time.
/// </summary>
public sealed class LogBatch : IDisposable
{
    private const int SmallestBuffer = 4096;
    private const int LargestFirstBuffer = 1024 * 1024;

    private byte[] _records = [];
    private byte[] _index = [];
    private byte[] _keys = [];
    private int _recordsLength;
    private int _keysLength;
    private int _lastStart = -1;
    private int _firstBuffer = SmallestBuffer;
    private RecordLog? _owner;
    private int _maxRecordSize;

    /// <summary>Offset of the next record to be added.</summary>
    public long NextOffset { get; private set; }

    /// <summary>Position of the next record to be added.</summary>
    public long NextPosition { get; private set; }

    /// <summary>Offset of the record added last.</summary>
    public long LastOffset { get; private set; } = -1;

    /// <summary>Position of the record added last.</summary>
    public long LastPosition { get; private set; } = -1;

    /// <summary>Records in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the records, headers included.</summary>
    public long Bytes => _recordsLength;

    /// <summary>The records as they will stand in the log, valid until the next call on the batch.</summary>
    public ReadOnlyMemory<byte> Records => _records.AsMemory(0, _recordsLength);

    /// <summary>Where the batch belongs.</summary>
    internal LogPoint First { get; private set; }

    internal long Epoch { get; private set; }

    /// <summary>The records with what index and keys say of them, as they will stand in the log; valid until the next call on the batch.</summary>
    public RecordRun Run => new(
        First, Count, _records.AsSpan(0, _recordsLength), _index.AsSpan(0, Count * IndexLayout.EntrySize), _keys.AsSpan(0, _keysLength));

    /// <summary>Empties the batch and starts a new one at the end of a log, whose writer must not append anything else before it.</summary>
    /// <param name="log">The log.</param>
    /// <param name="epoch">Goes into every record's header; not negative, not below that of the log's last record.</param>
    public void Begin(RecordLog log, long epoch)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        if (epoch < log.LastEpoch)
        {
            throw new ArgumentOutOfRangeException(nameof(epoch), epoch, $"The log's last record has epoch {log.LastEpoch}");
        }

        Clear();
        _owner = log;
        _maxRecordSize = log.Options.MaxRecordSize;
        Epoch = epoch;
        First = log.Watermarks.Appended;
        NextPosition = First.Position;
        NextOffset = First.Offset;
    }

    /// <summary>Adds a copy of a payload. The span is the copy, to be stamped in place; valid until the next record is added.</summary>
    public Span<byte> Add(ReadOnlySpan<byte> payload)
    {
        var added = Add(payload.Length);
        payload.CopyTo(added);
        return added;
    }

    /// <summary>Adds a record whose payload the caller writes into the span (its content is undefined before); valid until the next record is added.</summary>
    /// <param name="payloadSize">1 … <see cref="LogOptions.MaxRecordSize"/> bytes.</param>
    public Span<byte> Add(int payloadSize)
    {
        if (_owner is null)
        {
            throw new InvalidOperationException("The batch has not begun");
        }

        if (_lastStart >= 0)
        {
            throw new InvalidOperationException("The record before was not sealed");
        }

        if (payloadSize <= 0 || payloadSize > _maxRecordSize)
        {
            throw new ArgumentOutOfRangeException(nameof(payloadSize), payloadSize, $"A record's payload is 1 … {_maxRecordSize} bytes");
        }

        var size = RecordLayout.HeaderSize + payloadSize;
        _records = Grown(_records, _recordsLength, size, _firstBuffer);
        _lastStart = _recordsLength;
        _recordsLength += size;
        LastPosition = NextPosition;
        LastOffset = NextOffset;
        NextPosition += size;
        NextOffset++;
        return _records.AsSpan(_lastStart + RecordLayout.HeaderSize, payloadSize);
    }

    /// <summary>Ends the record just added: its payload is final from here on.</summary>
    /// <param name="tagHash">What the tag filter compares; 0 without a tag.</param>
    /// <param name="storeTimestamp">Milliseconds since 1970, 0 … 2^48 − 1; not below the one of the record before, or searches by time miss.</param>
    /// <param name="keyHashes">The keys that the record can be found by.</param>
    public void Seal(int tagHash, long storeTimestamp, ReadOnlySpan<ulong> keyHashes)
    {
        if (_lastStart < 0)
        {
            throw new InvalidOperationException("There is no record to seal");
        }

        if (storeTimestamp is < 0 or > IndexLayout.MaxTimestamp)
        {
            throw new ArgumentOutOfRangeException(nameof(storeTimestamp), storeTimestamp, $"A store timestamp is 0 … {IndexLayout.MaxTimestamp}");
        }

        var record = _records.AsSpan(_lastStart, _recordsLength - _lastStart);
        var payload = record[RecordLayout.HeaderSize..];
        RecordLayout.WriteHeader(record, Epoch, payload);

        var indexLength = Count * IndexLayout.EntrySize;
        _index = Grown(_index, indexLength, IndexLayout.EntrySize, SmallestBuffer);
        IndexLayout.Write(_index.AsSpan(indexLength), new IndexEntry(LastPosition, payload.Length, tagHash, storeTimestamp));

        _keys = Grown(_keys, _keysLength, keyHashes.Length * KeysLayout.EntrySize, SmallestBuffer);
        foreach (var hash in keyHashes)
        {
            KeysLayout.Write(_keys.AsSpan(_keysLength), new KeyEntry(hash, LastOffset));
            _keysLength += KeysLayout.EntrySize;
        }

        Count++;
        _lastStart = -1;
    }

    /// <summary>Empties the batch and gives its memory back. <see cref="Begin"/> starts the next one.</summary>
    public void Clear()
    {
        // The next batch will be about as large as this one: begin with that much, instead of growing there step by step.
        _firstBuffer = Math.Clamp(_recordsLength, SmallestBuffer, LargestFirstBuffer);
        Return(ref _records);
        Return(ref _index);
        Return(ref _keys);
        _recordsLength = 0;
        _keysLength = 0;
        _lastStart = -1;
        Count = 0;
        _owner = null;
    }

    public void Dispose() => Clear();

    /// <summary>Says whether the batch may go into this log now.</summary>
    internal void CheckFor(RecordLog target)
    {
        if (_owner != target)
        {
            throw new InvalidOperationException("The batch was begun for another log, or not at all");
        }

        if (_lastStart >= 0)
        {
            throw new InvalidOperationException("The last record of the batch was not sealed");
        }

        if (First != target.Watermarks.Appended)
        {
            throw new InvalidOperationException($"The batch was begun at {First}, the log is at {target.Watermarks.Appended} by now");
        }
    }

    private static byte[] Grown(byte[] buffer, int used, int added, int firstSize)
    {
        var needed = checked(used + added);
        if (needed <= buffer.Length)
        {
            return buffer;
        }

        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, Math.Max(firstSize, 2L * buffer.Length))));
        buffer.AsSpan(0, used).CopyTo(grown);
        Return(ref buffer);
        return grown;
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        buffer = [];
    }
}

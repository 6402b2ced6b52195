using System.Buffers;

namespace Rocket.Actors.Storage;

/// <summary>
/// Goes through the records of one segment file in order, in large reads, and checks each. It decides nothing: a scanner reports what is
/// broken, recovery cuts there.
/// </summary>
internal sealed class RecordCursor : IDisposable
{
    private const int ChunkSize = 256 * 1024;

    private readonly LogSegment _segment;
    private byte[] _buffer = [];
    private int _bufferStart;
    private int _bufferEnd;
    private int _recordSize;

    /// <param name="segment">The segment.</param>
    /// <param name="position">Where the first record to be read begins.</param>
    /// <param name="end">Behind the last byte to be read.</param>
    public RecordCursor(LogSegment segment, long position, long end)
    {
        _segment = segment;
        Position = position;
        End = end;
    }

    /// <summary>Behind the last byte to be read; may be raised between two calls.</summary>
    public long End { get; set; }

    /// <summary>Start of the current record; without one, of what is not a record.</summary>
    public long Position { get; private set; }

    /// <summary>Behind the current record.</summary>
    public long NextPosition => Position + _recordSize;

    public long Epoch => RecordLayout.EpochOf(_buffer.AsSpan(_bufferStart));

    /// <summary>The current record's payload, valid until the next move.</summary>
    public ReadOnlyMemory<byte> Payload =>
        _buffer.AsMemory(_bufferStart + RecordLayout.HeaderSize, _recordSize - RecordLayout.HeaderSize);

    /// <summary>Why there is no record here.</summary>
    public string Reason { get; private set; } = "";

    public RecordFound MoveNext()
    {
        Position += _recordSize;
        _bufferStart += _recordSize;
        _recordSize = 0;
        var left = End - Position;
        if (left == 0)
        {
            return RecordFound.End;
        }

        if (left < RecordLayout.HeaderSize || !TryBuffer(RecordLayout.HeaderSize))
        {
            return Broken("the file ends within a record's header");
        }

        var payloadSize = RecordLayout.LengthOf(_buffer.AsSpan(_bufferStart));
        if (payloadSize <= 0)
        {
            return Broken("no record's header is here");
        }

        if (payloadSize > left - RecordLayout.HeaderSize)
        {
            return Broken("the file ends within a record");
        }

        var size = RecordLayout.HeaderSize + payloadSize;
        if (!TryBuffer(size))
        {
            return Broken("the file ends within a record");
        }

        var record = _buffer.AsSpan(_bufferStart, size);
        if (!RecordLayout.Matches(record, record[RecordLayout.HeaderSize..]))
        {
            return Broken("the record's checksum is wrong");
        }

        _recordSize = size;
        return RecordFound.Record;
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
    }

    private RecordFound Broken(string reason)
    {
        Reason = reason;
        return RecordFound.Broken;
    }

    /// <summary>Sees to it that so many bytes from the current position on are in the buffer.</summary>
    private bool TryBuffer(int bytes)
    {
        var buffered = _bufferEnd - _bufferStart;
        if (buffered >= bytes)
        {
            return true;
        }

        if (_buffer.Length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes, ChunkSize));
            _buffer.AsSpan(_bufferStart, buffered).CopyTo(larger);
            Dispose();
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_bufferStart, buffered).CopyTo(_buffer);
        }

        _bufferStart = 0;
        _bufferEnd = buffered;
        var from = Position + buffered;
        var wanted = (int)Math.Min(_buffer.Length - buffered, End - from);
        _bufferEnd += new SegmentReader(_segment, default).Read(_segment.Log, _buffer.AsSpan(buffered, wanted), _segment.LogPlace(from));
        return _bufferEnd >= bytes;
    }
}

/// <summary>What <see cref="RecordCursor.MoveNext"/> came upon.</summary>
internal enum RecordFound
{
    Record,
    End,
    Broken,
}

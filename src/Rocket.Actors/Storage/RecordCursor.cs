using System.Buffers;

namespace Rocket.Actors.Storage;

/// <summary>
/// Goes through the records of one segment file in order, in large reads, and checks each. It decides nothing: a scanner reports what is
/// broken, recovery cuts there.
/// </summary>
internal sealed class RecordCursor : IDisposable
{
    private const int ChunkSize = 256 * 1024;

    private readonly LogSegment segment;
    private byte[] buffer = [];
    private int bufferStart;
    private int bufferEnd;
    private int recordSize;

    /// <param name="segment">The segment.</param>
    /// <param name="position">Where the first record to be read begins.</param>
    /// <param name="end">Behind the last byte to be read.</param>
    public RecordCursor(LogSegment segment, long position, long end)
    {
        this.segment = segment;
        Position = position;
        End = end;
    }

    /// <summary>Behind the last byte to be read; may be raised between two calls.</summary>
    public long End { get; set; }

    /// <summary>Start of the current record; without one, of what is not a record.</summary>
    public long Position { get; private set; }

    /// <summary>Behind the current record.</summary>
    public long NextPosition => Position + recordSize;

    public long Epoch => RecordLayout.EpochOf(buffer.AsSpan(bufferStart));

    /// <summary>The current record's payload, valid until the next move.</summary>
    public ReadOnlyMemory<byte> Payload =>
        buffer.AsMemory(bufferStart + RecordLayout.HeaderSize, recordSize - RecordLayout.HeaderSize);

    /// <summary>Why there is no record here.</summary>
    public string Reason { get; private set; } = "";

    public RecordFound MoveNext()
    {
        Position += recordSize;
        bufferStart += recordSize;
        recordSize = 0;
        var left = End - Position;
        if (left == 0)
            return RecordFound.End;
        if (left < RecordLayout.HeaderSize || !TryBuffer(RecordLayout.HeaderSize))
            return Broken("the file ends within a record's header");
        var payloadSize = RecordLayout.LengthOf(buffer.AsSpan(bufferStart));
        if (payloadSize <= 0)
            return Broken("no record's header is here");
        if (payloadSize > left - RecordLayout.HeaderSize)
            return Broken("the file ends within a record");
        var size = RecordLayout.HeaderSize + payloadSize;
        if (!TryBuffer(size))
            return Broken("the file ends within a record");
        var record = buffer.AsSpan(bufferStart, size);
        if (!RecordLayout.Matches(record, record[RecordLayout.HeaderSize..]))
            return Broken("the record's checksum is wrong");
        recordSize = size;
        return RecordFound.Record;
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private RecordFound Broken(string reason)
    {
        Reason = reason;
        return RecordFound.Broken;
    }

    /// <summary>Sees to it that so many bytes from the current position on are in the buffer.</summary>
    private bool TryBuffer(int bytes)
    {
        var buffered = bufferEnd - bufferStart;
        if (buffered >= bytes)
            return true;
        if (buffer.Length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(bytes, ChunkSize));
            buffer.AsSpan(bufferStart, buffered).CopyTo(larger);
            Dispose();
            buffer = larger;
        }
        else
        {
            buffer.AsSpan(bufferStart, buffered).CopyTo(buffer);
        }

        bufferStart = 0;
        bufferEnd = buffered;
        var from = Position + buffered;
        var wanted = (int)Math.Min(buffer.Length - buffered, End - from);
        bufferEnd += new SegmentReader(segment, default).Read(segment.Log, buffer.AsSpan(buffered, wanted), segment.LogPlace(from));
        return bufferEnd >= bytes;
    }
}

/// <summary>What <see cref="RecordCursor.MoveNext"/> came upon.</summary>
internal enum RecordFound
{
    Record,
    End,
    Broken,
}

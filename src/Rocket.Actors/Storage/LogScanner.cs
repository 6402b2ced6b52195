namespace Rocket.Actors.Storage;

/// <summary>A record met by <see cref="LogScanner"/>.</summary>
/// <param name="Position">Where it begins.</param>
/// <param name="Offset">Its number.</param>
/// <param name="Epoch">The epoch it was written in.</param>
/// <param name="Payload">Its payload, valid until the scanner moves on.</param>
public readonly record struct LogRecord(long Position, long Offset, long Epoch, ReadOnlyMemory<byte> Payload);

/// <summary>
/// Goes through a log's records in order: <c>foreach (var record in reader.Scan(position))</c>. After <see cref="MoveNext"/> has answered
/// false it may be asked again, when more was appended. One thread at a time.
/// </summary>
public sealed class LogScanner : IDisposable
{
    private readonly LogReader reader;
    private LogPoint next;
    private SegmentReader segment;
    private RecordCursor? cursor;

    internal LogScanner(LogReader reader, LogPoint start)
    {
        this.reader = reader;
        next = start;
    }

    public LogRecord Current { get; private set; }

    /// <summary>Behind the last record that was read.</summary>
    public LogPoint Next => next;

    public LogScanner GetEnumerator() => this;

    /// <summary>Moves to the next record.</summary>
    /// <returns>false at the end of the log.</returns>
    /// <exception cref="DamagedRecordException">The next record is not what was written.</exception>
    /// <exception cref="OffsetBelowMinimumException">The next record was dropped by retention.</exception>
    public bool MoveNext()
    {
        if (cursor is null || next.Position >= cursor.End)
        {
            if (reader.ReaderFrom(next.Position) is not { } found)
                return false;
            Enter(found);
        }

        if (cursor!.MoveNext() != RecordFound.Record)
            throw segment.Damaged(SegmentFileKind.Log, next.Position, cursor.Reason);
        Current = new LogRecord(next.Position, next.Offset, cursor.Epoch, cursor.Payload);
        next = new LogPoint(cursor.NextPosition, next.Offset + 1);
        return true;
    }

    public void Dispose()
    {
        cursor?.Dispose();
        cursor = null;
    }

    private void Enter(SegmentReader found)
    {
        if (cursor is not null && found.Segment == segment.Segment)
        {
            cursor.End = found.End.Position;
        }
        else
        {
            cursor?.Dispose();
            cursor = new RecordCursor(found.Segment, next.Position, found.End.Position);
        }

        segment = found;
    }
}

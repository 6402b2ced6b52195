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
    private readonly LogReader _reader;
    private LogPoint _next;
    private SegmentReader _segment;
    private RecordCursor? _cursor;

    internal LogScanner(LogReader reader, LogPoint start)
    {
        _reader = reader;
        _next = start;
    }

    public LogRecord Current { get; private set; }

    /// <summary>Behind the last record that was read.</summary>
    public LogPoint Next => _next;

    public LogScanner GetEnumerator() => this;

    /// <summary>Moves to the next record.</summary>
    /// <returns>false at the end of the log.</returns>
    /// <exception cref="DamagedRecordException">The next record is not what was written.</exception>
    /// <exception cref="OffsetBelowMinimumException">The next record was dropped by retention.</exception>
    public bool MoveNext()
    {
        if (_cursor is null || _next.Position >= _cursor.End)
        {
            if (_reader.ReaderFrom(_next.Position) is not { } found)
            {
                return false;
            }

            Enter(found);
        }

        if (_cursor!.MoveNext() != RecordFound.Record)
        {
            throw _segment.Damaged(SegmentFileKind.Log, _next.Position, _cursor.Reason);
        }

        Current = new LogRecord(_next.Position, _next.Offset, _cursor.Epoch, _cursor.Payload);
        _next = new LogPoint(_cursor.NextPosition, _next.Offset + 1);
        return true;
    }

    public void Dispose()
    {
        _cursor?.Dispose();
        _cursor = null;
    }

    private void Enter(SegmentReader found)
    {
        if (_cursor is not null && found.Segment == _segment.Segment)
        {
            _cursor.End = found.End.Position;
        }
        else
        {
            _cursor?.Dispose();
            _cursor = new RecordCursor(found.Segment, _next.Position, found.End.Position);
        }

        _segment = found;
    }
}

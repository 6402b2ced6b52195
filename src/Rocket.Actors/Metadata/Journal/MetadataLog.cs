using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>
/// A broker's metadata log, open in one epoch: the only writer to it, for the journal and the snapshot store alike. When a write has
/// returned, its records are in the log (flushed, if so opened) and are found by every later read; they are confirmed when its task has ended. Any thread; writes take turns.
/// </summary>
public sealed class MetadataLog
{
    private readonly Lock _gate = new();
    private readonly RecordLog _log;
    private readonly MetadataCopies _copies;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, PersistedEntity> _entities = new(StringComparer.Ordinal);
    private long _lastStoredAt;
    private bool _isFenced;

    /// <summary>Reads the heads of all records once.</summary>
    internal MetadataLog(string broker, Epoch epoch, MetadataCopies copies, TimeProvider time)
    {
        var log = copies.Log;
        (Broker, Epoch, _log, _copies, _time) = (broker, epoch, log, copies, time);
        SnapshotEnd = log.Watermarks.MinimumPosition;
        using var scanner = log.Reader.Scan(log.Watermarks.MinimumPosition);
        foreach (var record in scanner)
        {
            Note(record.Payload.Span, record.Position);
        }
    }

    /// <summary>Whose metadata it is.</summary>
    public string Broker { get; }

    /// <summary>The epoch that it may be written in.</summary>
    public Epoch Epoch { get; }

    /// <summary>Bytes that the log takes now. A snapshot, and the deletion of what is older, makes it shorter by whole segments.</summary>
    public long Bytes => _log.Watermarks.AppendedPosition - _log.Watermarks.MinimumPosition;

    /// <summary>Position behind the last record.</summary>
    public long End => _log.Watermarks.AppendedPosition;

    /// <summary>Position behind the newest snapshot; the log's first one when there is none.</summary>
    public long SnapshotEnd { get; private set; }

    /// <summary>Bytes of the newest snapshot; 0 when there is none.</summary>
    public long SnapshotBytes { get; private set; }

    /// <summary>A name other than this one that something is stored under; null when there is none.</summary>
    public string? StrangerTo(string name)
    {
        lock (_gate)
        {
            return _entities.Keys.FirstOrDefault(stored => stored != name);
        }
    }

    /// <summary>No write gets into the log any more once this has returned.</summary>
    internal void Fence()
    {
        lock (_gate)
        {
            _isFenced = true;
        }

        _copies.End(new MetadataLogNotOpenException(Broker, Epoch, open: null));
    }

    /// <summary>Whether a record of this size fits into the log, and on the way to its copies.</summary>
    internal bool Fits(MetadataRecord record) => record.Size <= _copies.GreatestRecord;

    /// <summary>Writes records, in one piece and with one flush.</summary>
    /// <returns>Ends once they are confirmed: every copy that counts has them. Fails when the log is closed before.</returns>
    /// <exception cref="MetadataLogNotOpenException">The log was closed.</exception>
    /// <exception cref="InvalidOperationException">An event's sequence number is not above those before it.</exception>
    /// <exception cref="LogPoisonedException">This write or an earlier one failed; whether it is in the log is for recovery to say.</exception>
    internal Task Append(IReadOnlyList<MetadataRecord> records)
    {
        lock (_gate)
        {
            ThrowIfFenced();
            return Write(records);
        }
    }

    /// <summary>Deletes the events up to a sequence number, and with them whatever segments nobody needs any more.</summary>
    internal void DeleteEvents(string name, long toSequenceNr)
    {
        lock (_gate)
        {
            ThrowIfFenced();
            if (!_entities.TryGetValue(name, out var entity))
            {
                return;
            }

            var to = Math.Min(toSequenceNr, entity.HighestSequenceNr);
            if (to <= entity.DeletedTo)
            {
                return;
            }

            _ = Write([new EventsDeletionRecord(name, to, entity.HighestSequenceNr)]);
            DropUnneeded();
        }
    }

    /// <summary>Deletes the snapshots within bounds, and with them whatever segments nobody needs any more.</summary>
    internal void DeleteSnapshots(string name, SnapshotBounds bounds)
    {
        lock (_gate)
        {
            ThrowIfFenced();
            if (!_entities.TryGetValue(name, out var entity) || !entity.TryFindSnapshot(bounds, out _))
            {
                return;
            }

            _ = Write([new SnapshotsDeletionRecord(name, bounds)]);
            DropUnneeded();
        }
    }

    /// <summary>The highest sequence number that was ever written, deleted events included; 0 when none was.</summary>
    internal long HighestSequenceNr(string name)
    {
        lock (_gate)
        {
            ThrowIfFenced();
            return _entities.TryGetValue(name, out var entity) ? entity.HighestSequenceNr : 0;
        }
    }

    /// <summary>Hands out live events in their order.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="from">Lowest sequence number, inclusive.</param>
    /// <param name="to">Highest sequence number, inclusive.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="replayed">Gets each, with its writer's guid and when it was stored, in milliseconds since 1970.</param>
    /// <exception cref="DamagedRecordException">An event can't be read.</exception>
    internal void Replay(string name, long from, long to, long max, Action<StoredEvent, string, long> replayed)
    {
        long first, last, deletedTo;
        lock (_gate)
        {
            ThrowIfFenced();
            if (max <= 0 || !_entities.TryGetValue(name, out var entity) || !entity.TryFindEvents(from, to, out first, out last))
            {
                return;
            }

            deletedTo = entity.DeletedTo;
        }

        var left = max;
        using var scanner = _log.Reader.Scan(first);
        foreach (var record in scanner)
        {
            if (record.Position > last)
            {
                return;
            }

            var view = MetadataRecordView.Read(record.Payload.Span);
            if (view.Kind != MetadataRecordKind.Events || view.PersistenceId != name)
            {
                continue;
            }

            foreach (var stored in view.ReadEvents(out var writerGuid))
            {
                if (stored.SequenceNr < from || stored.SequenceNr > to || stored.SequenceNr <= deletedTo)
                {
                    continue;
                }

                replayed(stored, writerGuid, view.StoredAt);
                if (--left == 0)
                {
                    return;
                }
            }
        }
    }

    /// <summary>The newest snapshot within bounds; false when there is none.</summary>
    /// <exception cref="DamagedRecordException">It can't be read.</exception>
    internal bool TryLoadSnapshot(string name, SnapshotBounds bounds, out StoredSnapshot snapshot, out StoredPayload payload)
    {
        payload = default;
        byte[]? record;
        lock (_gate)
        {
            ThrowIfFenced();
            snapshot = default;
            if (!_entities.TryGetValue(name, out var entity) || !entity.TryFindSnapshot(bounds, out snapshot))
            {
                return false;
            }

            // Within the gate, so that its segment is not dropped in between.
            if (!_log.Reader.TryReadAt(snapshot.Position, out record))
            {
                throw new DamagedRecordException(_log.Path, snapshot.Position, $"the snapshot of {name} is not where it was written");
            }
        }

        payload = MetadataRecordView.Read(record).ReadSnapshot(out _);
        return true;
    }

    private Task Write(IReadOnlyList<MetadataRecord> records)
    {
        ThrowIfOutOfOrder(records);
        _lastStoredAt = Math.Max(_lastStoredAt, _time.GetUtcNow().ToUnixTimeMilliseconds());
        using var batch = new LogBatch();
        batch.Begin(_log, Epoch.Value);
        var positions = new long[records.Count];
        for (var index = 0; index < records.Count; index++)
        {
            records[index].Write(batch.Add(records[index].Size), _lastStoredAt);
            batch.Seal(tagHash: 0, _lastStoredAt, keyHashes: []);
            positions[index] = batch.LastPosition;
        }

        var confirmed = _copies.Append(batch);
        var written = batch.Records.Span;
        for (var index = 0; index < records.Count; index++)
        {
            var start = (int)(positions[index] - positions[0]) + RecordLayout.HeaderSize;
            Note(written.Slice(start, records[index].Size), positions[index]);
        }

        return confirmed;
    }

    private void ThrowIfOutOfOrder(IReadOnlyList<MetadataRecord> records)
    {
        Dictionary<string, long> highest = new(StringComparer.Ordinal);
        foreach (var record in records.OfType<EventsRecord>())
        {
            var before = highest.TryGetValue(record.PersistenceId, out var inBatch) ? inBatch
                : _entities.TryGetValue(record.PersistenceId, out var entity) ? entity.HighestSequenceNr : 0;
            if (record.SequenceNr <= before)
            {
                throw new InvalidOperationException($"{record.PersistenceId}: event {record.SequenceNr} can't follow event {before}.");
            }

            highest[record.PersistenceId] = record.LastSequenceNr;
        }
    }

    private void Note(ReadOnlySpan<byte> record, long position)
    {
        var format = MetadataRecordView.FormatOf(record);
        if (format > MetadataRecordLayout.FormatVersion)
        {
            throw new NewerFormatException($"{_log.Path}, position {position}", format, MetadataRecordLayout.FormatVersion);
        }

        try
        {
            var view = MetadataRecordView.Read(record);
            if (!_entities.TryGetValue(view.PersistenceId, out var entity))
            {
                _entities.Add(view.PersistenceId, entity = new PersistedEntity());
            }

            entity.Note(view, position);
            if (view.Kind == MetadataRecordKind.Snapshot)
            {
                (SnapshotEnd, SnapshotBytes) = (position + RecordLayout.HeaderSize + record.Length, record.Length);
            }

            _lastStoredAt = Math.Max(_lastStoredAt, view.StoredAt);
        }
        catch (FormatException senseless)
        {
            throw new DamagedRecordException(_log.Path, position, senseless.Message);
        }
    }

    private void DropUnneeded()
    {
        var needed = _log.Watermarks.AppendedPosition;
        foreach (var entity in _entities.Values)
        {
            needed = Math.Min(needed, entity.OldestNeeded);
        }

        _log.DropSegmentsBefore(needed);
    }

    private void ThrowIfFenced()
    {
        if (_isFenced)
        {
            throw new MetadataLogNotOpenException(Broker, Epoch, open: null);
        }
    }
}

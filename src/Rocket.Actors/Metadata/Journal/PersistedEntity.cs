namespace Rocket.Actors.Metadata.Journal;

/// <summary>Where the records of one persistence id are that are still needed.</summary>
internal sealed class PersistedEntity
{
    private readonly List<EventsPlace> _events = [];
    private readonly List<StoredSnapshot> _snapshots = [];
    private long? _deletion;

    /// <summary>The highest sequence number that was ever written, deleted events included.</summary>
    public long HighestSequenceNr { get; private set; }

    /// <summary>Events up to here are deleted.</summary>
    public long DeletedTo { get; private set; }

    /// <summary>Position of the oldest record that is needed; <see cref="long.MaxValue"/>: none is.</summary>
    public long OldestNeeded
    {
        get
        {
            var oldest = _deletion ?? long.MaxValue;
            if (_events.Count > 0)
            {
                oldest = Math.Min(oldest, _events[0].Position);
            }

            foreach (var snapshot in _snapshots)
            {
                oldest = Math.Min(oldest, snapshot.Position);
            }

            return oldest;
        }
    }

    /// <summary>Takes a record in, in the order of the log.</summary>
    /// <exception cref="FormatException">The record can't follow those before it.</exception>
    public void Note(MetadataRecordView record, long position)
    {
        var body = record.Body;
        switch (record.Kind)
        {
            case MetadataRecordKind.Events:
                var last = body.ReadInt64();
                if (record.SequenceNr <= HighestSequenceNr || last < record.SequenceNr)
                {
                    throw new FormatException($"{record.PersistenceId}: events {record.SequenceNr} to {last} follow event {HighestSequenceNr}.");
                }

                _events.Add(new EventsPlace(record.SequenceNr, last, position));
                HighestSequenceNr = last;
                break;
            case MetadataRecordKind.EventsDeletion:
                DeletedTo = Math.Max(DeletedTo, record.SequenceNr);
                HighestSequenceNr = Math.Max(HighestSequenceNr, body.ReadInt64());
                _deletion = position;
                _events.RemoveRange(0, FirstReaching(DeletedTo + 1));
                break;
            case MetadataRecordKind.Snapshot:
                var added = new StoredSnapshot(record.SequenceNr, body.ReadInt64(), position);
                _snapshots.RemoveAll(snapshot => snapshot.SequenceNr == added.SequenceNr);
                _snapshots.Add(added);
                break;
            case MetadataRecordKind.SnapshotsDeletion:
                var bounds = new SnapshotBounds(body.ReadInt64(), record.SequenceNr, body.ReadInt64(), body.ReadInt64());
                _snapshots.RemoveAll(snapshot => bounds.Contain(snapshot));
                break;
        }
    }

    /// <summary>The stretch of the log that holds the live events from one sequence number to another; false when there are none.</summary>
    public bool TryFindEvents(long from, long to, out long firstPosition, out long lastPosition)
    {
        (firstPosition, lastPosition) = (0, 0);
        var first = FirstReaching(Math.Max(from, DeletedTo + 1));
        var last = to == long.MaxValue ? _events.Count - 1 : FirstReaching(to + 1);
        while (last >= _events.Count || (last >= 0 && _events[last].First > to))
        {
            last--;
        }

        if (first > last)
        {
            return false;
        }

        (firstPosition, lastPosition) = (_events[first].Position, _events[last].Position);
        return true;
    }

    /// <summary>The snapshot of the highest sequence number within bounds.</summary>
    public bool TryFindSnapshot(SnapshotBounds bounds, out StoredSnapshot newest)
    {
        newest = default;
        var isFound = false;
        foreach (var snapshot in _snapshots)
        {
            if (!bounds.Contain(snapshot) || (isFound && snapshot.SequenceNr < newest.SequenceNr))
            {
                continue;
            }

            (newest, isFound) = (snapshot, true);
        }

        return isFound;
    }

    /// <summary>Index of the first record with an event at or above a sequence number; the count when there is none.</summary>
    private int FirstReaching(long sequenceNr)
    {
        var (low, high) = (0, _events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_events[middle].Last < sequenceNr)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private readonly record struct EventsPlace(long First, long Last, long Position);
}

using Akka.Persistence;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>Which snapshots are meant; every bound is inclusive, times are in ticks (UTC).</summary>
internal readonly record struct SnapshotBounds(long LowestSequenceNr, long HighestSequenceNr, long EarliestMadeAt, long LatestMadeAt)
{
    /// <summary>What Akka.Persistence's criteria say.</summary>
    public static SnapshotBounds Of(SnapshotSelectionCriteria criteria) =>
        new(criteria.MinSequenceNr, criteria.MaxSequenceNr, criteria.MinTimestamp?.Ticks ?? 0, criteria.MaxTimeStamp.Ticks);

    /// <summary>The one snapshot of this sequence number, unless it was made after the given time; no time: whenever it was made.</summary>
    public static SnapshotBounds Of(SnapshotMetadata metadata) =>
        new(metadata.SequenceNr, metadata.SequenceNr, 0, metadata.Timestamp == DateTime.MinValue ? long.MaxValue : metadata.Timestamp.Ticks);

    /// <summary>Whether a snapshot is meant.</summary>
    public bool Contain(StoredSnapshot snapshot) =>
        snapshot.SequenceNr >= LowestSequenceNr && snapshot.SequenceNr <= HighestSequenceNr
        && snapshot.MadeAt >= EarliestMadeAt && snapshot.MadeAt <= LatestMadeAt;
}

/// <summary>Where a snapshot is.</summary>
/// <param name="SequenceNr">Sequence number of its last event.</param>
/// <param name="MadeAt">When it was made, in ticks (UTC).</param>
/// <param name="Position">Where its record begins in the log.</param>
internal readonly record struct StoredSnapshot(long SequenceNr, long MadeAt, long Position);

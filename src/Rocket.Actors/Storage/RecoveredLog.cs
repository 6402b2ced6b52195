namespace Rocket.Actors.Storage;

/// <summary>What opening a log came upon.</summary>
/// <param name="WasStoppedCleanly">The last process closed the log behind its last record.</param>
/// <param name="BootId">The run of the machine that wrote the last checkpoint; all zero without one.</param>
/// <param name="TailBytes">Bytes of records behind the last checkpoint that were read, checked and kept.</param>
/// <param name="CutBytes">Bytes behind them that were no whole records, and were cut off.</param>
public sealed record RecoverySummary(bool WasStoppedCleanly, Guid BootId, long TailBytes, long CutBytes);

/// <summary>What recovery hands to writer, flusher and readers.</summary>
/// <param name="Segments">Those with records, in order.</param>
/// <param name="Minimum">The first record.</param>
/// <param name="Flushed">Behind the last record known to be on the disk.</param>
/// <param name="Appended">Behind the last record.</param>
/// <param name="LastEpoch">Epoch of the last record; −1 without one.</param>
/// <param name="Summary">For people and for the election.</param>
internal sealed record RecoveredLog(
    LogSegment[] Segments, LogPoint Minimum, LogPoint Flushed, LogPoint Appended, long LastEpoch, RecoverySummary Summary)
{
    /// <summary>Key entries of the last segment.</summary>
    public long KeyEntries => Segments.Length == 0 ? 0 : Segments[^1].KeyEntries;

    /// <summary>The segment to go on in; null when the last one is complete (its keys are sorted) or there is none.</summary>
    public LogSegment? Open => Segments.Length > 0 && !Segments[^1].Keys.IsSorted ? Segments[^1] : null;
}

namespace Rocket.Actors.Storage;

/// <summary>One segment of a log, as retention sees it.</summary>
/// <param name="First">Its first record.</param>
/// <param name="End">Behind its last record (for the active segment: of now).</param>
/// <param name="NewestStoreTimestamp">Store timestamp of its last record.</param>
/// <param name="IsSealed">Whether it is complete; only such a one can be dropped.</param>
public readonly record struct SegmentInfo(LogPoint First, LogPoint End, long NewestStoreTimestamp, bool IsSealed)
{
    /// <summary>Name of its file.</summary>
    public string FileName => StorageNames.Segment(First.Position) + StorageNames.LogSuffix;

    /// <summary>Bytes of records, headers included.</summary>
    public long Bytes => End.Position - First.Position;
}

namespace Rocket.Actors.Storage;

/// <summary>
/// Writes batches at the end of a log, on one thread. When <see cref="Append"/> returns, the records are in the files (not yet flushed) and
/// every reader sees them; after an exception the log is poisoned and none of the batch is visible.
/// </summary>
internal sealed class SegmentWriter(
    LogFolder folder, SegmentList segments, Watermarks watermarks, Poison poison, SegmentFlusher flusher, long segmentSize)
{
    private LogSegment? _active;

    /// <summary>Epoch of the last record; −1 without one.</summary>
    public long LastEpoch { get; private set; } = -1;

    /// <summary>Goes on in a segment that recovery found open; null = the next batch begins a new one.</summary>
    public void Start(LogSegment? open, long lastEpoch)
    {
        _active = open;
        LastEpoch = lastEpoch;
    }

    /// <param name="run">Records that were checked by whoever made them.</param>
    /// <param name="lastEpoch">Epoch of the last of them.</param>
    public void Append(in RecordRun run, long lastEpoch)
    {
        poison.ThrowIfTaken();
        try
        {
            if (flusher.MustAnnounceAppend)
            {
                flusher.AnnounceAppend();
            }

            var first = run.First;
            var segment = _active;
            if (segment is null || (first.Position > segment.First.Position && first.Position - segment.First.Position + run.Records.Length > segmentSize))
            {
                segment = Roll(first);
            }

            segment.Log.Write(run.Records, segment.LogPlace(first.Position));
            segment.Index.Write(run.IndexEntries, segment.IndexPlace(first.Offset));
            if (!run.KeyEntries.IsEmpty)
            {
                segment.AppendKeys(run.KeyEntries);
            }

            LastEpoch = lastEpoch;
            watermarks.AdvanceAppended(run.End, segment.KeyEntries);
        }
        catch (Exception failure)
        {
            throw poison.Take(failure);
        }
    }

    private LogSegment Roll(LogPoint first)
    {
        SyncNames();
        var segment = LogSegment.Create(folder, first, isFirstOfLog: segments.Current.Length == 0);
        segments.Add(segment);
        _active = segment;
        return segment;
    }

    /// <summary>A power cut must not leave a segment and take the one before it: without a checkpoint nobody would know.</summary>
    private void SyncNames()
    {
        try
        {
            folder.SyncNames();
        }
        catch
        {
            poison.NoteFailedFlush();
            throw;
        }
    }
}

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

    public void Append(LogBatch batch)
    {
        poison.ThrowIfTaken();
        try
        {
            if (flusher.MustAnnounceAppend)
            {
                flusher.AnnounceAppend();
            }

            var first = watermarks.Appended;
            var segment = _active;
            if (segment is null || (first.Position > segment.First.Position && first.Position - segment.First.Position + batch.Bytes > segmentSize))
            {
                segment = Roll(first);
            }

            segment.Log.Write(batch.Records.Span, segment.LogPlace(first.Position));
            segment.Index.Write(batch.IndexEntries, segment.IndexPlace(first.Offset));
            if (!batch.KeyEntries.IsEmpty)
            {
                segment.AppendKeys(batch.KeyEntries);
            }

            LastEpoch = batch.Epoch;
            watermarks.AdvanceAppended(new LogPoint(first.Position + batch.Bytes, first.Offset + batch.Count), segment.KeyEntries);
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

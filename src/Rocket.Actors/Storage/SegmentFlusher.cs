namespace Rocket.Actors.Storage;

/// <summary>
/// Makes what the writer wrote durable: fsync, checkpoints, and the dropping of old segments, which needs a checkpoint first. Any thread,
/// one at a time; the writer does not wait for it. A failure poisons the log.
/// <para>
/// Order of a checkpoint, each step durable before the next: segments — names — index and keys up to the same point, keys of completed
/// segments sorted — the slot. So a checkpoint never says more than the disk holds.
/// </para>
/// </summary>
internal sealed class SegmentFlusher(
    LogFolder folder,
    SegmentList segments,
    Watermarks watermarks,
    Poison poison,
    CheckpointFile checkpoint,
    CompanionRecovery companions,
    LogOptions options)
{
    private readonly Lock _gate = new();
    private volatile bool _mustAnnounce = checkpoint.Last is not null;

    /// <summary>
    /// Whether the disk may hold a checkpoint that says that nothing follows, or that another run of the machine wrote it: the writer calls
    /// <see cref="AnnounceAppend"/> before its first record then. What was read at the opening proves nothing: it may be in memory alone.
    /// </summary>
    public bool MustAnnounceAppend => _mustAnnounce;

    public LogPoint Flush()
    {
        lock (_gate)
        {
            poison.ThrowIfTaken();
            try
            {
                var target = watermarks.ReadAppended(out var keyEntries);
                FlushTo(target);
                if (IsCheckpointDue(target))
                {
                    WriteCheckpoint(target, keyEntries, watermarks.Minimum, isCleanStop: false);
                }

                return target;
            }
            catch (Exception failure)
            {
                throw poison.Take(failure);
            }
        }
    }

    public void Checkpoint(bool isCleanStop)
    {
        lock (_gate)
        {
            poison.ThrowIfTaken();
            try
            {
                var target = watermarks.ReadAppended(out var keyEntries);
                FlushTo(target);
                WriteCheckpoint(target, keyEntries, watermarks.Minimum, isCleanStop);
            }
            catch (Exception failure)
            {
                throw poison.Take(failure);
            }
        }
    }

    /// <summary>Has the disk say that records of this run of the machine follow the last checkpoint.</summary>
    public void AnnounceAppend()
    {
        lock (_gate)
        {
            if (!_mustAnnounce)
            {
                return;
            }

            checkpoint.WriteTwice(checkpoint.Last! with { IsCleanStop = false, BootId = options.BootId });
            _mustAnnounce = false;
        }
    }

    /// <summary>
    /// Drops the oldest segments for as long as they are complete and expired. Durable before any file is deleted. A log that has failed otherwise than by an fsync of
    /// records drops
    /// what lies before its last checkpoint: that may be what makes room to write again, and changes nothing that recovery has to decide.
    /// </summary>
    /// <returns>How many.</returns>
    public int Drop(Func<LogSegment, LogPoint, bool> isExpired)
    {
        lock (_gate)
        {
            if (poison.HasFailedFlush)
            {
                poison.ThrowIfTaken();
            }

            var target = watermarks.ReadAppended(out var keyEntries);
            var current = segments.Current;
            var active = LastWithRecords(current, target);
            var count = 0;
            while (count < active && isExpired(current[count], current[count + 1].First))
            {
                count++;
            }

            if (count == 0)
            {
                return 0;
            }

            try
            {
                var minimum = current[count].First;
                if (!checkpoint.IsThere || checkpoint.Last!.Active.Position < minimum.Position)
                {
                    poison.ThrowIfTaken();
                    FlushTo(target);
                    WriteCheckpoint(target, keyEntries, watermarks.Minimum, checkpoint.Last is { IsCleanStop: true });
                }

                // Not only its content, its name too: without it the rest of the segments would look incomplete.
                folder.SyncNames();
                checkpoint.WriteTwice(checkpoint.Last! with { Minimum = minimum });
                watermarks.AdvanceMinimum(minimum);
                segments.RemoveFirst(count);
                foreach (var dropped in current.AsSpan(0, count))
                {
                    dropped.Drop();
                }

                return count;
            }
            catch (Exception failure)
            {
                throw poison.Take(failure);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var segment in segments.Current)
            {
                segment.Dispose();
            }

            checkpoint.Dispose();
        }
    }

    private void FlushTo(LogPoint target)
    {
        var flushed = watermarks.Flushed;
        if (target == flushed)
        {
            return;
        }

        try
        {
            var current = segments.Current;
            for (var i = SegmentList.FindByPosition(current, flushed.Position); i < current.Length && current[i].First.Position < target.Position; i++)
            {
                current[i].Log.Flush();
            }

            folder.SyncNames();
        }
        catch
        {
            poison.NoteFailedFlush();
            throw;
        }

        watermarks.AdvanceFlushed(target);
    }

    private bool IsCheckpointDue(LogPoint target)
    {
        var current = segments.Current;
        var active = LastWithRecords(current, target);
        if (active < 0)
        {
            return false;
        }

        if (checkpoint.Last is not { } last)
        {
            return active > 0 || target.Position - watermarks.MinimumPosition >= options.CheckpointEvery;
        }

        return last.Active != current[active].First || target.Position - last.Flushed.Position >= options.CheckpointEvery;
    }

    private void WriteCheckpoint(LogPoint target, long keyEntries, LogPoint minimum, bool isCleanStop)
    {
        var current = segments.Current;
        var active = LastWithRecords(current, target);
        if (active < 0 || IsWritten(target, minimum, isCleanStop))
        {
            return;
        }

        var first = checkpoint.Last is { } last ? SegmentList.FindByPosition(current, last.Active.Position) : 0;
        for (var i = first; i <= active; i++)
        {
            if (i < active && !current[i].Keys.IsSorted)
            {
                companions.SortKeys(current[i], current[i + 1].First);
            }

            current[i].Flush();
        }

        folder.SyncNames();
        // The slot before this one stays, and would hold again if this one were damaged.
        _mustAnnounce = isCleanStop || checkpoint.Last is { IsCleanStop: true };
        checkpoint.Write(new CheckpointSlot(
            0, target, minimum, current[active].First, keyEntries, options.BootId, folder.Identity, isCleanStop));
    }

    private bool IsWritten(LogPoint target, LogPoint minimum, bool isCleanStop) =>
        checkpoint.Last is { } last
        && last.Flushed == target
        && last.Minimum == minimum
        && last.IsCleanStop == isCleanStop
        && last.BootId == options.BootId;

    /// <summary>Index of the segment that holds the last record before a point; −1 without records. A segment just begun may follow it.</summary>
    private static int LastWithRecords(LogSegment[] segments, LogPoint target) => SegmentList.FindByPosition(segments, target.Position - 1);
}

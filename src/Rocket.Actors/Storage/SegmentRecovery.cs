using System.Buffers;

namespace Rocket.Actors.Storage;

/// <summary>Recovery of one segment file: opens it, checks the last record that a checkpoint covers, and reads what follows the checkpoint.</summary>
internal sealed class SegmentRecovery(LogFolder folder, IRecordIndexer indexer)
{
    private const int RewriteChunk = 256 * 1024;

    private RecordDescription _description;

    /// <summary>What <see cref="TryDescribe"/> found last.</summary>
    public ref readonly RecordDescription Description => ref _description;

    /// <summary>Behind the last byte of the file, as a position.</summary>
    public static long FileEnd(LogSegment segment) => segment.First.Position + segment.Log.Length - SegmentHeader.Size;

    /// <summary>Opens the segment file that begins at a position and reads its header; null when the header never reached the disk.</summary>
    /// <exception cref="DamagedLogException">The header is damaged, or the segment is another log's.</exception>
    public LogSegment? Open(long basePosition)
    {
        var name = StorageNames.Segment(basePosition) + StorageNames.LogSuffix;
        var path = folder.PathOf(name);
        var log = folder.Open(name, StorageFileMode.OpenExisting);
        try
        {
            var state = SegmentHeader.Read(log, path, SegmentFileKind.Log, out var header);
            if (state == HeaderState.Unwritten)
            {
                log.Dispose();
                return null;
            }

            if (state == HeaderState.Damaged)
            {
                throw new DamagedLogException(path, basePosition, "the header of the segment is damaged");
            }

            if (header.Identity != folder.Identity)
            {
                throw new DamagedLogException(path, basePosition, "the segment belongs to another log");
            }

            if (header.Base.Position != basePosition)
            {
                throw new DamagedLogException(path, basePosition, $"the segment begins at position {header.Base.Position}, not where its name says");
            }

            return new LogSegment(folder, header.Base, log, header.IsFirstOfLog);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Reads the last record that a checkpoint covers.</summary>
    /// <returns>Its epoch.</returns>
    /// <exception cref="DamagedLogException">It is not what was written, or was written for another place.</exception>
    public long CheckLastRecord(LogSegment segment, LogPoint end)
    {
        var entry = new SegmentReader(segment, end).ReadIndex(end.Offset - 1);
        using var cursor = new RecordCursor(segment, entry.Position, end.Position);
        if (cursor.MoveNext() != RecordFound.Record)
        {
            throw Damaged(segment, entry.Position, $"the last record before the checkpoint is damaged: {cursor.Reason}");
        }

        if (!TryDescribe(cursor.Payload.Span, end.Offset - 1))
        {
            throw Damaged(segment, entry.Position, "the last record before the checkpoint was not written for this place");
        }

        return cursor.Epoch;
    }

    /// <summary>Reads records, notes them in index and keys, and stops at the first that is torn or foreign.</summary>
    /// <param name="segment">The segment, with its companions attached.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="end">Behind the last byte to be read.</param>
    /// <param name="builder">Takes what is noted.</param>
    /// <param name="epoch">Epoch of the record before; of the last one afterwards.</param>
    /// <param name="reason">Why it ends before <paramref name="end"/>; null when it does not.</param>
    /// <returns>Behind the last good record.</returns>
    public LogPoint ReadRecords(LogSegment segment, LogPoint from, long end, CompanionBuilder builder, ref long epoch, out string? reason)
    {
        using var cursor = new RecordCursor(segment, from.Position, end);
        reason = null;
        while (reason is null)
        {
            var found = cursor.MoveNext();
            if (found == RecordFound.End)
            {
                break;
            }

            if (found == RecordFound.Broken)
            {
                reason = cursor.Reason;
            }
            else if (cursor.Epoch < epoch)
            {
                reason = $"the record's epoch {cursor.Epoch} is below {epoch}, that of the one before it";
            }
            else if (!TryDescribe(cursor.Payload.Span, builder.NextOffset))
            {
                reason = "the record was not written for this place";
            }
            else
            {
                epoch = cursor.Epoch;
                builder.Add(cursor.Position, cursor.Payload.Length, _description);
            }
        }

        builder.Finish();
        return new LogPoint(cursor.Position, builder.NextOffset);
    }

    /// <summary>
    /// Writes the bytes from a position on once more. An fsync that failed in an earlier process leaves pages that are in memory, are not
    /// on the disk, and that no later fsync would write: only writing them again makes the next flush mean what it says. Nothing on the disk
    /// can tell whether that happened, so it is always done.
    /// </summary>
    public static void Rewrite(LogSegment segment, long from, long end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(RewriteChunk);
        try
        {
            var place = from == segment.First.Position ? 0 : segment.LogPlace(from);
            var last = segment.LogPlace(end);
            while (place < last)
            {
                var chunk = buffer.AsSpan(0, (int)Math.Min(RewriteChunk, last - place));
                if (segment.Log.Read(chunk, place) < chunk.Length)
                {
                    throw new IOException($"{segment.PathOf(SegmentFileKind.Log)} became shorter while it was read");
                }

                segment.Log.Write(chunk, place);
                place += chunk.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static DamagedLogException Damaged(LogSegment segment, long position, string reason) =>
        new(segment.PathOf(SegmentFileKind.Log), position, reason);

    /// <summary>Whether a payload was written for this offset of the log.</summary>
    public bool TryDescribe(ReadOnlySpan<byte> payload, long offset)
    {
        _description.Clear();
        return indexer.TryDescribe(payload, offset, ref _description) && _description.StoreTimestamp is >= 0 and <= IndexLayout.MaxTimestamp;
    }
}

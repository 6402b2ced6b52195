using System.Buffers.Binary;

namespace Rocket.Actors.Storage;

/// <summary>
/// Takes away what a closed log holds behind a point: records of a former master that nobody confirmed, and that the present one does not have. They are kept aside first, as
/// a log of their own. A crash in the middle leaves the log with some of what was to be cut, from its beginning on; the cut is asked for again then, since whoever wants it
/// compares the logs anew.
/// </summary>
/// <param name="directory">The log's folder.</param>
/// <param name="name">The log's name.</param>
/// <param name="options">How it is kept.</param>
/// <param name="indexer">Describes its records.</param>
/// <param name="time">Measures its recovery.</param>
/// <param name="report">Takes a line for people about what was cut.</param>
public sealed class LogCut(
    IStorageDirectory directory, string name, LogOptions options, IRecordIndexer indexer, TimeProvider time, Action<string> report)
{
    /// <summary>A file of this name says that everything else in the folder is to go, and where the log then begins: position and offset, int64 each.</summary>
    internal const string DiscardMarker = "discard";

    private const int MarkerSize = (2 * sizeof(long)) + sizeof(uint);
    private const int RunBytes = 1 << 20;

    /// <summary>Cuts the log at a point. Nothing happens when it ends there or before.</summary>
    /// <param name="end">Behind the last record that stays; the log's minimum, or a point before it: nothing stays, and the log goes on at its minimum.</param>
    /// <param name="keep">The folder for what is cut, replaced if it is there; null: it is not kept.</param>
    /// <exception cref="ArgumentException">The point is in the middle of a record.</exception>
    /// <exception cref="DamagedLogException">The log cannot be opened.</exception>
    /// <exception cref="LogPoisonedException">The disk refused; some of the log may be cut.</exception>
    /// <exception cref="IOException">The same.</exception>
    public void Cut(LogPoint end, IStorageDirectory? keep)
    {
        LogPoint? segment;
        LogPoint minimum;
        long keyEntries = 0;
        using (var log = RecordLog.Open(directory, name, options, indexer, time, report))
        {
            var appended = log.Watermarks.Appended;
            if (appended.Position <= end.Position)
            {
                return;
            }

            segment = SegmentOf(log, end);
            minimum = log.Watermarks.Minimum;
            if (keep is not null)
            {
                Keep(log, segment is null ? minimum : end, keep);
            }

            if (segment is { } first)
            {
                keyEntries = CountKeys(log, first, end);
            }

            // From here on one state of the files is left to be thought about: all of it is on the disk, and the checkpoint says so.
            log.Checkpoint();
            report($"cut {appended.Position - end.Position} bytes, {appended.Offset - end.Offset} records, behind position {end.Position}, offset {end.Offset}"
                + (keep is null ? "" : $"; they are kept in {keep.Path}"));
        }

        var folder = new LogFolder(directory, name);
        if (segment is { } holding)
        {
            Shorten(folder, end, holding, keyEntries);
        }
        else
        {
            Discard(folder, minimum);
        }
    }

    /// <summary>
    /// Takes all records of a closed log away, and lets it begin anew elsewhere. A crash in the middle leaves the log as it was, or as it is to be: never without its place.
    /// </summary>
    /// <param name="start">Where its first record will be.</param>
    /// <param name="keep">As in <see cref="Cut"/>.</param>
    public void StartAnew(LogPoint start, IStorageDirectory? keep)
    {
        using (var log = RecordLog.Open(directory, name, options, indexer, time, report))
        {
            var (minimum, appended) = (log.Watermarks.Minimum, log.Watermarks.Appended);
            if (minimum == start && appended == start)
            {
                return;
            }

            if (keep is not null && minimum != appended)
            {
                Keep(log, minimum, keep);
            }

            report($"begins anew at position {start.Position}, offset {start.Offset}, without the {appended.Offset - minimum.Offset} records that it had");
        }

        Discard(new LogFolder(directory, name), start);
    }

    /// <summary>Opening a log: goes on with a removal that a crash interrupted.</summary>
    internal static void FinishDiscard(LogFolder folder)
    {
        if (!folder.Directory.Exists(DiscardMarker))
        {
            return;
        }

        LogPoint? start;
        using (var marker = folder.Open(DiscardMarker, StorageFileMode.OpenExisting))
        {
            start = ReadMarker(marker);
        }

        if (start is { } point)
        {
            Finish(folder, point);
        }
        else
        {
            // The crash came before the marker was whole, and nothing was deleted.
            folder.Delete(DiscardMarker);
            folder.SyncNames();
        }
    }

    private static void Discard(LogFolder folder, LogPoint start)
    {
        using (var marker = folder.Open(DiscardMarker, StorageFileMode.OpenOrCreate))
        {
            Span<byte> content = stackalloc byte[MarkerSize];
            BinaryPrimitives.WriteInt64BigEndian(content, start.Position);
            BinaryPrimitives.WriteInt64BigEndian(content[sizeof(long)..], start.Offset);
            BinaryPrimitives.WriteUInt32BigEndian(content[(2 * sizeof(long))..], Checksum.Of(content[..(2 * sizeof(long))]));
            marker.Write(content, 0);
            marker.Flush();
        }

        folder.SyncNames();
        Finish(folder, start);
    }

    private static LogPoint? ReadMarker(IStorageFile marker)
    {
        Span<byte> content = stackalloc byte[MarkerSize];
        return marker.Read(content, 0) == MarkerSize
            && BinaryPrimitives.ReadUInt32BigEndian(content[(2 * sizeof(long))..]) == Checksum.Of(content[..(2 * sizeof(long))])
            ? new LogPoint(BinaryPrimitives.ReadInt64BigEndian(content), BinaryPrimitives.ReadInt64BigEndian(content[sizeof(long)..]))
            : null;
    }

    private static void Finish(LogFolder folder, LogPoint start)
    {
        foreach (var file in folder.Directory.ListFiles().Where(file => file != DiscardMarker))
        {
            folder.Delete(file);
        }

        folder.SyncNames();
        if (start != default)
        {
            using var first = LogSegment.Create(folder, start, isFirstOfLog: true);
            first.Log.Flush();
            first.Flush();
            folder.SyncNames();
        }

        folder.Delete(DiscardMarker);
        folder.SyncNames();
    }

    /// <summary>The first record of the segment that holds the last record that stays; null: none stays.</summary>
    private LogPoint? SegmentOf(RecordLog log, LogPoint end)
    {
        if (end.Position <= log.Watermarks.MinimumPosition)
        {
            return null;
        }

        if (!log.Reader.TryFindAt(end.Position, out var offset, out _) || offset != end.Offset)
        {
            throw new ArgumentException($"{name} has no record of offset {end.Offset} at position {end.Position}", nameof(end));
        }

        return log.Segments.Last(segment => segment.First.Position < end.Position).First;
    }

    private void Keep(RecordLog log, LogPoint from, IStorageDirectory keep)
    {
        if (IsKept(log, from, keep))
        {
            return;
        }

        if (keep.ListFiles().Count > 0)
        {
            Discard(new LogFolder(keep, name), default);
        }

        using var kept = RecordLog.Open(keep, name, options, indexer, time, report);
        using var runs = new RecordRunReader(log.Reader, indexer);
        kept.StartAt(from);
        for (var run = runs.Read(from, RunBytes); run.Count > 0; run = runs.Read(run.End, RunBytes))
        {
            kept.AppendCopy(run, log.LastEpoch);
        }

        kept.Checkpoint(cleanStop: true);
    }

    /// <summary>Whether an earlier try, which a crash interrupted, has kept it all: the log may have lost some of it since.</summary>
    private bool IsKept(RecordLog log, LogPoint from, IStorageDirectory keep)
    {
        using var kept = RecordLog.Open(keep, name, options, indexer, time, report);
        return kept.Recovery.WasStoppedCleanly && kept.Watermarks.Minimum == from && kept.Watermarks.AppendedPosition >= log.Watermarks.AppendedPosition;
    }

    private long CountKeys(RecordLog log, LogPoint first, LogPoint end)
    {
        using var runs = new RecordRunReader(log.Reader, indexer);
        long entries = 0;
        while (first.Position < end.Position)
        {
            var run = runs.Read(first, (int)Math.Min(RunBytes, end.Position - first.Position));
            entries += run.KeyEntries.Length / KeysLayout.EntrySize;
            first = run.End;
        }

        return entries;
    }

    private static void Shorten(LogFolder folder, LogPoint end, LogPoint segment, long keyEntries)
    {
        // Built anew from the records at the next opening; gone before the checkpoint calls this segment the active one, or it would trust them.
        DeleteIfThere(folder, StorageNames.Segment(segment.Position) + StorageNames.IndexSuffix);
        DeleteIfThere(folder, StorageNames.Segment(segment.Position) + StorageNames.KeysSuffix);
        folder.SyncNames();
        using (var checkpoint = CheckpointFile.Open(folder))
        {
            checkpoint.WriteTwice(checkpoint.Last! with { Flushed = end, Active = segment, KeyEntries = keyEntries, IsCleanStop = false });
        }

        // From the last one on, so that what is left never has a gap.
        foreach (var position in SegmentsBehind(folder, segment.Position))
        {
            var name = StorageNames.Segment(position);
            DeleteIfThere(folder, name + StorageNames.LogSuffix);
            DeleteIfThere(folder, name + StorageNames.IndexSuffix);
            DeleteIfThere(folder, name + StorageNames.KeysSuffix);
            folder.SyncNames();
        }

        using var last = folder.Open(StorageNames.Segment(segment.Position) + StorageNames.LogSuffix, StorageFileMode.OpenExisting);
        last.SetLength(SegmentHeader.Size + end.Position - segment.Position);
        last.Flush();
    }

    private static IEnumerable<long> SegmentsBehind(LogFolder folder, long position)
    {
        var behind = new List<long>();
        foreach (var file in folder.Directory.ListFiles())
        {
            if (StorageNames.TryParseSegment(file, StorageNames.LogSuffix, out var first) && first > position)
            {
                behind.Add(first);
            }
        }

        return behind.OrderDescending();
    }

    private static void DeleteIfThere(LogFolder folder, string file)
    {
        if (folder.Directory.Exists(file))
        {
            folder.Delete(file);
        }
    }
}

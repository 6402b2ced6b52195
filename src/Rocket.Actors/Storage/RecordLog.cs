namespace Rocket.Actors.Storage;

/// <summary>
/// An append-only sequence of records in segment files, with an index and keys beside it. See the README of this folder for files and damage.
/// <list type="bullet">
/// <item><see cref="Append"/>: one thread. When it returns, the records are written and every reader sees them; they survive the
/// process (kill -9), not yet a power cut.</item>
/// <item><see cref="Flush"/>, <see cref="Checkpoint"/>, dropping segments: any thread, one at a time, beside the writer. When
/// <see cref="Flush"/> returns, what was appended before the call survives a power cut.</item>
/// <item><see cref="Reader"/>: any threads, without locks.</item>
/// <item>After any failed write or fsync (disk full included) the log is poisoned: those calls throw <see cref="LogPoisonedException"/>
/// until the log is opened anew, reading goes on. After a failed write, segments before the last checkpoint may still be dropped.</item>
/// </list>
/// </summary>
public sealed class RecordLog : IDisposable
{
    private readonly LogFolder _folder;
    private readonly SegmentList _segments;
    private readonly SegmentWriter _writer;
    private readonly SegmentFlusher _flusher;
    private readonly Poison _poison;
    private readonly IDisposable? _lease;

    private RecordLog(
        LogFolder folder, CheckpointFile checkpoint, CompanionRecovery companions, RecoveredLog recovered, LogOptions options, IDisposable? lease)
    {
        _folder = folder;
        _lease = lease;
        Options = options;
        Recovery = recovered.Summary;
        _poison = new Poison(folder.Name);
        _segments = new SegmentList(recovered.Segments);
        Watermarks = new Watermarks();
        Watermarks.Start(recovered.Minimum, recovered.Flushed, recovered.Appended, recovered.KeyEntries);
        _flusher = new SegmentFlusher(folder, _segments, Watermarks, _poison, checkpoint, companions, options);
        _writer = new SegmentWriter(folder, _segments, Watermarks, _poison, _flusher, options.SegmentSize);
        _writer.Start(recovered.Open, recovered.LastEpoch);
        Reader = new LogReader(_segments, Watermarks);
    }

    /// <summary>The log's name.</summary>
    public string Name => _folder.Name;

    /// <summary>The log's folder, for messages to people.</summary>
    public string Path => _folder.Directory.Path;

    public LogOptions Options { get; }

    public Watermarks Watermarks { get; }

    public LogReader Reader { get; }

    /// <summary>What opening the log came upon.</summary>
    public RecoverySummary Recovery { get; }

    /// <summary>Epoch of the last record; −1 without one.</summary>
    public long LastEpoch => _writer.LastEpoch;

    /// <summary>The failure that ended writing; null while all is well.</summary>
    public Exception? Poisoned => _poison.Cause;

    /// <summary>
    /// It was an fsync of records that failed. The kernel may have dropped them: nothing that this process reads can tell what the disk holds. A failure
    /// of anything else (a write, a checkpoint, sorted keys) leaves what was written before as it is.
    /// </summary>
    public bool HasFailedFlush => _poison.HasFailedFlush;

    /// <summary>The segments that hold records, oldest first. Reads one index entry a segment.</summary>
    public IReadOnlyList<SegmentInfo> Segments => Reader.Describe(sealedOnly: false);

    /// <summary>The segments that are complete, oldest first. Touches the disk once for each of them, the first time.</summary>
    public IReadOnlyList<SegmentInfo> SealedSegments => Reader.Describe(sealedOnly: true);

    /// <summary>Opens a log, or prepares one that gets its files with its first record.</summary>
    /// <param name="directory">The log's own folder: nothing else may be in it.</param>
    /// <param name="name">The log's name: any text, other than that of every other log. It stands, hashed, in each file, so that a file that was
    /// copied in from another log is refused.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="indexer">Describes records to recovery.</param>
    /// <param name="time">Measures how long recovery takes, for the report.</param>
    /// <param name="report">Takes a line for people about everything that was cut or built anew.</param>
    /// <param name="lease">Disposed once the log's files are closed; stays the caller's when opening fails.</param>
    /// <exception cref="DamagedLogException">Records before the last checkpoint are missing or damaged.</exception>
    /// <exception cref="NewerFormatException">A newer version wrote one of the files.</exception>
    public static RecordLog Open(
        IStorageDirectory directory, string name, LogOptions options, IRecordIndexer indexer, TimeProvider time, Action<string>? report, IDisposable? lease = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(indexer);
        ArgumentNullException.ThrowIfNull(time);
        var started = time.GetTimestamp();
        var folder = new LogFolder(directory, name);
        LogCut.FinishDiscard(folder);
        var checkpoint = CheckpointFile.Open(folder);
        try
        {
            report ??= static _ => { };
            var records = new SegmentRecovery(folder, indexer);
            var companions = new CompanionRecovery(folder, records, report);
            var recovered = new LogRecovery(folder, checkpoint, records, companions, report).Run();
            if (recovered.Summary.TailBytes > 0)
            {
                report($"read {recovered.Summary.TailBytes} bytes behind the last checkpoint in {time.GetElapsedTime(started).TotalMilliseconds:F0} ms");
            }

            return new RecordLog(folder, checkpoint, companions, recovered, options, lease);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Lets a log without records begin elsewhere than at 0: the copy of a log whose older records are gone. Not durable before the first record.</summary>
    /// <exception cref="InvalidOperationException">The log has records.</exception>
    public void StartAt(LogPoint first)
    {
        if (_segments.Current.Length > 0)
        {
            throw new InvalidOperationException($"The log {Name} has records");
        }

        Watermarks.Start(first, first, first, 0);
    }

    /// <summary>Writes a batch at the end: one write to the segment, one to the index, one to the keys if there are any.</summary>
    /// <exception cref="LogPoisonedException">This write or an earlier one failed; none of the batch is visible.</exception>
    public void Append(LogBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.CheckFor(this);
        if (batch.Count > 0)
        {
            _writer.Append(batch.Run, batch.Epoch);
        }
    }

    /// <summary>Writes records of the log that this one is a copy of, like a batch.</summary>
    /// <param name="run">The records; each is checked.</param>
    /// <param name="epoch">The epoch of the master that sent them.</param>
    /// <exception cref="ForeignRecordsException">They do not follow the last record, or are not what was sent. Nothing was written.</exception>
    /// <exception cref="LogPoisonedException">This write or an earlier one failed; none of the run is visible.</exception>
    public void AppendCopy(in RecordRun run, long epoch)
    {
        if (run.FindFault(Watermarks.Appended, LastEpoch, epoch, out var lastEpoch) is { } fault)
        {
            throw new ForeignRecordsException(Name, fault);
        }

        _writer.Append(run, lastEpoch);
    }

    /// <summary>Makes everything durable that was appended when the call began; writes a checkpoint too when one is due.</summary>
    /// <returns>Behind the last record that is durable now.</returns>
    public LogPoint Flush() => _flusher.Flush();

    /// <summary>Flushes, and notes how far, so that the next opening begins there. Does nothing while there are no records.</summary>
    /// <param name="cleanStop">Also notes that nothing follows; the next record, if there is one, withdraws that first.</param>
    public void Checkpoint(bool cleanStop = false) => _flusher.Checkpoint(cleanStop);

    /// <summary>Drops the oldest segments that are complete and end at or before a position. The minimum follows.</summary>
    /// <returns>How many.</returns>
    public int DropSegmentsBefore(long position) => _flusher.Drop((_, end) => end.Position <= position);

    /// <summary>Drops the oldest segments for as long as they are complete and expired. The minimum follows.</summary>
    /// <returns>How many.</returns>
    public int DropSegments(Func<SegmentInfo, bool> isExpired)
    {
        ArgumentNullException.ThrowIfNull(isExpired);
        return _flusher.Drop((segment, end) => isExpired(LogReader.Describe(segment, end, isSealed: true)));
    }

    /// <summary>Closes the files. Flushes nothing: <see cref="Checkpoint"/> does.</summary>
    public void Dispose()
    {
        _flusher.Dispose();
        _lease?.Dispose();
    }
}

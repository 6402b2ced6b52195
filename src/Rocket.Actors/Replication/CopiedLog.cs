using Rocket.Actors.Placement;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>A follower's copy of one log. One thread at a time; readers as <see cref="LogReader"/> allows.</summary>
public sealed class CopiedLog : IDisposable
{
    private readonly IBrokerLogs _logs;
    private RecordLog _log;

    internal CopiedLog(string name, IBrokerLogs logs)
    {
        Name = name;
        _logs = logs;
        _log = logs.Open(name);
    }

    public string Name { get; }

    /// <summary>The log as it is now; another one after <see cref="Align"/>.</summary>
    public RecordLog Log => _log;

    /// <summary>How it ends.</summary>
    public LogEnd End => new(_log.LastEpoch, _log.Watermarks.Appended);

    /// <summary>Offset behind the last record that the master lets consumers see; −1: not known yet.</summary>
    public long VisibleOffset { get; private set; } = -1;

    /// <summary>Does what the master found necessary. True: the log agrees with the master's now; false: it must be compared once more.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public bool Align(LogAlignment alignment)
    {
        switch (alignment)
        {
            case LogAlignment.Aligned aligned:
                return aligned.At == _log.Watermarks.Appended;
            case LogAlignment.Cut cut:
                var end = LogAlignment.CutPoint(cut.Common, _log.Reader.EndOfEpoch(cut.Common.Epoch));
                Replace(() => _logs.Cut(Name, end));
                return false;
            case LogAlignment.StartAt start:
                // What lies before the master's minimum was dropped there by retention: nobody misses it.
                var keep = _log.Watermarks.AppendedPosition > start.Minimum.Position;
                Replace(() => _logs.StartAnew(Name, start.Minimum, keep));
                return false;
            default:
                throw new ArgumentException($"{alignment} is no alignment.", nameof(alignment));
        }
    }

    /// <summary>Appends what the master sent in an epoch that was promised.</summary>
    /// <exception cref="ForeignRecordsException">It does not belong here: the session is of no use.</exception>
    /// <exception cref="LogPoisonedException">The disk refuses.</exception>
    public void Append(in RecordRun run, Epoch epoch) => _log.AppendCopy(run, epoch.Value);

    /// <summary>Takes over what the master says of the log.</summary>
    /// <param name="visibleOffset">−1: the master does not know yet.</param>
    /// <param name="minimum">The first record that the master still has: whole segments before it are dropped here too.</param>
    public void Note(long visibleOffset, LogPoint minimum)
    {
        NoteVisible(visibleOffset);
        if (minimum.Position > _log.Watermarks.MinimumPosition)
        {
            _log.DropSegmentsBefore(minimum.Position);
        }
    }

    /// <summary>The same without dropping anything, for who lets another thread do that.</summary>
    public void NoteVisible(long visibleOffset) => VisibleOffset = Math.Max(VisibleOffset, visibleOffset);

    public void Dispose() => _log.Dispose();

    private void Replace(Action change)
    {
        _log.Dispose();
        change();
        _log = _logs.Open(Name);
    }
}

namespace Rocket.Actors.Storage;

/// <summary>
/// Remembers the first write or fsync of a log that failed. What is on the disk is unknown from then on, so nothing more is written until
/// the log is opened anew: recovery then reads what there is, and writes it again before it counts as flushed.
/// </summary>
internal sealed class Poison(string log)
{
    private Exception? _cause;
    private volatile bool _hasFailedFlush;

    /// <summary>An fsync of records, or of their files' names, failed.</summary>
    public bool HasFailedFlush => _hasFailedFlush;

    public Exception? Cause => Volatile.Read(ref _cause);

    public void ThrowIfTaken()
    {
        if (Cause is { } failure)
        {
            throw new LogPoisonedException(log, failure);
        }
    }

    /// <summary>Notes that what failed was an fsync of records; whoever sees it takes the poison as well.</summary>
    public void NoteFailedFlush() => _hasFailedFlush = true;

    /// <summary>Takes the poison and returns what to throw; the first cause stays.</summary>
    public LogPoisonedException Take(Exception failure)
    {
        var first = Interlocked.CompareExchange(ref _cause, failure, null) ?? failure;
        return new LogPoisonedException(log, first);
    }
}

using System.Diagnostics;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>Who has records read for copies that are behind. Called on a thread that is not its own.</summary>
internal interface ICatchUpOwner
{
    /// <summary>What consumers may see, to be sent along; −1: not known yet.</summary>
    long VisibleOffset { get; }

    /// <summary>Records were read as far as <paramref name="next"/>.</summary>
    void WasRead(CopyRead read, LogPoint next, bool isSent);

    /// <summary>They are no longer there.</summary>
    void WasDropped(CopyRead read);

    /// <summary>They cannot be read: this copy gets no further.</summary>
    void CannotRead(CopyRead read, Exception reason);
}

/// <summary>Reads one stretch of a log for one copy, checks it, and sends it; then its thread rests, if the pace says so. While it reads, the log's owner sends that copy nothing.</summary>
internal sealed class CatchUpJob(CopyRead read, RecordLog log, IRecordIndexer indexer, ICatchUpOwner owner, CatchUpPace pace) : IStorageJob
{
    /// <summary>Large enough that a disk streams, small enough that several logs share a link fairly.</summary>
    private const int GreatestBytes = 512 << 10;

    public TimeSpan Run() => pace.Took(Read(), read.Written, Stopwatch.GetElapsedTime(0));

    /// <summary>Answers how many bytes were read and sent.</summary>
    private long Read()
    {
        try
        {
            using var reader = new RecordRunReader(log.Reader, indexer);
            var run = reader.Read(read.From, GreatestBytes);
            var isSent = run.Count == 0 || read.Session.TrySend(read.Log, run, owner.VisibleOffset, log.Watermarks.Minimum);
            owner.WasRead(read, run.End, isSent);
            return isSent ? run.Records.Length : 0;
        }
        catch (OffsetBelowMinimumException)
        {
            owner.WasDropped(read);
        }
        catch (ObjectDisposedException)
        {
            // The log's owner has closed it, and its sessions with it.
        }
        catch (Exception exception)
        {
            // Whatever it was, the owner must hear of it: it logs.
            owner.CannotRead(read, exception);
        }

        return 0;
    }
}

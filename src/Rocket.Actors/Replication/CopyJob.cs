using Akka.Actor;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>What a flush thread does to a copy.</summary>
internal enum CopyWork
{
    /// <summary>Flushes it.</summary>
    Flush,

    /// <summary>Drops whole segments.</summary>
    Drop,

    /// <summary>Flushes it and notes how far, since it is to be closed.</summary>
    Close,

    /// <summary>The same, and notes that nothing follows, since the node stops.</summary>
    CloseCleanly,
}

/// <summary>One piece of work on a copy, on a flush thread; its ReplicaActor is told how it ended. One at a time for each log.</summary>
/// <param name="followed">The log, as the actor knows it.</param>
/// <param name="log">The log as it was opened then.</param>
/// <param name="work">What to do.</param>
/// <param name="before">For <see cref="CopyWork.Drop"/>: segments that end here or before are dropped.</param>
/// <param name="replica">The actor.</param>
internal sealed class CopyJob(FollowedLog followed, RecordLog log, CopyWork work, long before, IActorRef replica) : LogJob(log, replica)
{
    protected override void Work()
    {
        Exception? failure = null;
        var dropped = 0;
        try
        {
            dropped = Do();
        }
        catch (Exception exception)
        {
            // Whatever it was, the actor must hear of it: it decides, and it logs.
            failure = exception;
        }

        Tell(new Ended(followed, Log, work, dropped, failure));
    }

    private int Do()
    {
        switch (work)
        {
            case CopyWork.Flush:
                Log.Flush();
                return 0;
            case CopyWork.Drop:
                return Log.DropSegmentsBefore(before);
            default:
                Log.Checkpoint(cleanStop: work == CopyWork.CloseCleanly);
                return 0;
        }
    }

    /// <summary>A job has ended.</summary>
    /// <param name="Followed">The log, as the actor knew it when the job began.</param>
    /// <param name="Log">The log that it was done to.</param>
    /// <param name="Work">What was done.</param>
    /// <param name="Dropped">How many segments were dropped.</param>
    /// <param name="Failure">Null: all is well.</param>
    public sealed record Ended(FollowedLog Followed, RecordLog Log, CopyWork Work, int Dropped, Exception? Failure) : INoSerializationVerificationNeeded;
}

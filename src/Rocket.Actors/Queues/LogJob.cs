using Akka.Actor;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>What one of the <see cref="FlushThreads"/> does to a log; its queue is told how it ended. One at a time for each log.</summary>
internal abstract class LogJob(RecordLog log, IActorRef queue) : IStorageJob
{
    protected RecordLog Log => log;

    public TimeSpan Run()
    {
        try
        {
            Work();
        }
        catch (Exception exception)
        {
            // Whatever it was, the queue must hear of it: it decides, and it logs.
            Tell(new QueueProtocol.FlushFailed(log, exception));
        }

        return TimeSpan.Zero;
    }

    /// <summary>Tells the queue at its end how far the log is on the disk.</summary>
    protected abstract void Work();

    protected void Tell(object outcome) => queue.Tell(outcome, ActorRefs.NoSender);
}

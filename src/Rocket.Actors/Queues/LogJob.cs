using Akka.Actor;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>What one of the <see cref="FlushThreads"/> does to a log; its queue is told how it ended. One at a time for each log.</summary>
internal abstract class LogJob(RecordLog log, IActorRef queue)
{
    protected RecordLog Log => log;

    public void Run()
    {
        object outcome;
        try
        {
            outcome = new QueueProtocol.Flushed(log, Work());
        }
        catch (Exception exception)
        {
            // Whatever it was, the queue must hear of it: it decides, and it logs.
            outcome = new QueueProtocol.FlushFailed(log, exception);
        }

        queue.Tell(outcome, ActorRefs.NoSender);
    }

    /// <returns>How far the log is on the disk now.</returns>
    protected abstract LogPoint Work();
}

using Akka.Actor;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>One flush of one log, or its last one; tells its queue how it ended.</summary>
/// <param name="log">The log.</param>
/// <param name="queue">The queue's actor.</param>
/// <param name="isLast">Nothing is appended any more: the log also notes that it was stopped cleanly, and the queue is told a second time.</param>
internal sealed class FlushJob(RecordLog log, IActorRef queue, bool isLast = false)
{
    public void Run()
    {
        try
        {
            Tell(new QueueProtocol.Flushed(log, log.Flush()));
            if (isLast)
            {
                log.Checkpoint(cleanStop: true);
                Tell(new QueueProtocol.Closed(log));
            }
        }
        catch (Exception exception)
        {
            // Whatever it was, the queue must hear of it: it decides, and it logs.
            Tell(new QueueProtocol.FlushFailed(log, exception));
        }
    }

    private void Tell(object outcome) => queue.Tell(outcome, ActorRefs.NoSender);
}

using Akka.Actor;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>One flush of one log; tells its queue how it ended.</summary>
internal sealed class FlushJob(RecordLog log, IActorRef queue)
{
    public void Run()
    {
        object outcome;
        try
        {
            outcome = new QueueProtocol.Flushed(log, log.Flush());
        }
        catch (Exception exception)
        {
            // Whatever it was, the queue must hear of it: it decides, and it logs.
            outcome = new QueueProtocol.FlushFailed(log, exception);
        }

        queue.Tell(outcome, ActorRefs.NoSender);
    }
}

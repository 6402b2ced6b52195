using Akka.Actor;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>One flush of one log, or its last one.</summary>
/// <param name="log">The log.</param>
/// <param name="queue">The queue's actor.</param>
/// <param name="isLast">Nothing is appended any more: the log also notes that it was stopped cleanly, and the queue is told a second time.</param>
internal sealed class FlushJob(RecordLog log, IActorRef queue, bool isLast = false) : LogJob(log, queue)
{
    protected override void Work()
    {
        Tell(new QueueProtocol.Flushed(Log, Log.Flush()));
        if (isLast)
        {
            Log.Checkpoint(cleanStop: true);
            Tell(new QueueProtocol.Closed(Log));
        }
    }
}

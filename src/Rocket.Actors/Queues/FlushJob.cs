using Akka.Actor;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>One flush of one log.</summary>
internal sealed class FlushJob(RecordLog log, IActorRef queue) : LogJob(log, queue)
{
    protected override LogPoint Work() => Log.Flush();
}

using Akka.Actor;
using Akka.Event;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;

namespace Rocket.Actors.Cluster;

/// <summary>Answers what the actor of a queue or a group did not live to take: nothing a client waits for may end as a silent dead letter.</summary>
internal sealed class UnansweredActor : UntypedActor
{
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void OnReceive(object message)
    {
        switch ((message as DeadLetter)?.Message)
        {
            // One that is answered already was told to somebody else: how its delivery ended.
            case Append { IsOffered: true } append:
                append.Answer(AppendOutcome.Unavailable);
                break;
            case PullWaiter waiter:
                waiter.Wake();
                break;
            case GroupProtocol.StartGroup:
                ((DeadLetter)message).Sender.Tell(GroupProtocol.StartLost.Instance);
                break;
            case GroupProtocol.IQuestion:
                ((DeadLetter)message).Sender.Tell(new Status.Failure(new GroupEndedException()));
                break;
        }
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);
}

using Akka.Actor;
using Rocket.Actors.Schedules;
using Rocket.Actors.Transactions;

namespace Rocket.Actors.Cluster;

/// <summary>Who delivers the messages of a broker that is led that wait for something first: a time, or the word of their producer.</summary>
public sealed partial class BrokerActor
{
    private readonly List<IActorRef> _deliverers = [];

    private void StartDeliverers()
    {
        StartDeliverer(ScheduleActor.Props(_broker, _metadata, _node.Time), ScheduleActor.Name);
        StartDeliverer(TimerActor.Props(_broker, _metadata, _node.Time), TimerActor.Name);
        _broker.Directory.Transactions = StartDeliverer(TransactionActor.Props(_broker, _metadata, _node), TransactionActor.Name);
    }

    private IActorRef StartDeliverer(Props props, string name)
    {
        var actor = Context.Watch(Context.ActorOf(props.WithDispatcher(Context.Props.Dispatcher), name));
        _deliverers.Add(actor);
        return actor;
    }
}

using Akka.Actor;
using Rocket.Actors.Retention;

namespace Rocket.Actors.Cluster;

/// <summary>Who keeps the disk of a broker that is led from filling up.</summary>
public sealed partial class BrokerActor
{
    private IActorRef _retention = ActorRefs.Nobody;

    private void StartRetention() =>
        _retention = Context.Watch(Context.ActorOf(RetentionActor.Props(_broker, _metadata, _node.Time).WithDispatcher(Context.Props.Dispatcher), RetentionActor.Name));

    /// <summary>First of all: it would ask queues that are stopping.</summary>
    private void StopRetention()
    {
        Context.Unwatch(_retention);
        Context.Stop(_retention);
    }
}

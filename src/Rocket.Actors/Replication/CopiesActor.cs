using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Replication;

public sealed class CopiesActor : UntypedActor
{
    public static Props Props(NodeContext node, BrokerContext broker, BrokerPlacement placement) => Akka.Actor.Props.Create(() => new CopiesActor());
    protected override void OnReceive(object message) => Unhandled(message);
}

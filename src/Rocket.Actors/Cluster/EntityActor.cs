using Akka.Actor;

namespace Rocket.Actors.Cluster;

/// <summary>
/// An entity of a broker. One that crashes is stopped, not restarted in place: whoever started it sees that it ended, and starts it anew with
/// what it needs. Sharding supervises its entities by restarting them, hence this.
/// </summary>
public abstract class EntityActor : UntypedActor
{
    protected override void PostRestart(Exception reason) => Context.Stop(Self);
}

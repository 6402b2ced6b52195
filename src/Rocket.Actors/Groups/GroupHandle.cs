using Akka.Actor;

namespace Rocket.Actors.Groups;

/// <summary>A consumer group that this node leads; immutable.</summary>
public sealed record GroupHandle(SubscriptionGroupConfig Config, IActorRef Actor);

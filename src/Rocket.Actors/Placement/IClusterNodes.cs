using Akka.Actor;

namespace Rocket.Actors.Placement;

/// <summary>Which nodes are there, by name: the bridge between the cluster's addresses and the names that placements hold.</summary>
public interface IClusterNodes
{
    /// <summary>Names of the nodes that are up and reachable.</summary>
    IReadOnlyCollection<string> Present { get; }

    /// <summary>Name of the node that an actor is on; null when that node is not present.</summary>
    string? NodeOf(IActorRef actor);
}

using Akka.Actor;

namespace Rocket.Actors.Placement;

/// <summary>Which nodes are there, by name: the bridge between the cluster's addresses and the names that placements hold.</summary>
public interface IClusterNodes
{
    /// <summary>Names of the nodes that are up and reachable.</summary>
    IReadOnlyCollection<string> Present { get; }

    /// <summary>
    /// So few of the voters are reachable that this node is about to leave the cluster, if it is not out of it already: what it sees of the others says nothing of them. Never where a person
    /// decides who is gone.
    /// </summary>
    bool IsCutOff { get; }

    /// <summary>Name of the node that an actor is on; null when that node is not present.</summary>
    string? NodeOf(IActorRef actor);
}

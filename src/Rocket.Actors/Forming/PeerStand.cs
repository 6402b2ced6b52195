using Rocket.Actors.Placement;

namespace Rocket.Actors.Forming;

/// <summary>A cluster that a node is a member of.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Address">Address of the node in it, to be joined.</param>
public sealed record ClusterStand(Ballot Number, string Address);

/// <summary>What another node says of itself, as far as forming a cluster goes.</summary>
/// <param name="Incarnation">Which start of it.</param>
/// <param name="Cluster">The cluster that it is a member of; null: none.</param>
/// <param name="Hears">Nodes that it hears.</param>
/// <param name="HearsMembers">Those of them that are members of its cluster.</param>
/// <param name="HasRemovedThisNode">It saw this start of this node being taken out of its cluster.</param>
public sealed record PeerStand(long Incarnation, ClusterStand? Cluster, IReadOnlyCollection<string> Hears, IReadOnlyCollection<string> HearsMembers, bool HasRemovedThisNode = false)
{
    /// <summary>A node that hears no member of a cluster.</summary>
    public PeerStand(long incarnation, ClusterStand? cluster, IReadOnlyCollection<string> hears)
        : this(incarnation, cluster, hears, [])
    {
    }
}

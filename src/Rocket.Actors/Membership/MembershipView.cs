using Akka.Cluster;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Membership;

/// <summary>The members of the cluster as this node sees them at one moment.</summary>
/// <param name="Members">The oldest first.</param>
public sealed record MembershipView(IReadOnlyList<ClusterMember> Members)
{
    /// <summary>Role of the nodes whose oldest one runs the coordinator of the brokers' shards.</summary>
    private const string CoordinatorRole = "data";

    /// <summary>This node; null before it has joined.</summary>
    public ClusterMember? Self => Members.FirstOrDefault(member => member.IsSelf);

    public ClusterMember? Leader => Members.FirstOrDefault(member => member.IsLeader);

    /// <summary>Where the coordinator of the brokers' shards runs: the oldest member with data.</summary>
    public ClusterMember? Coordinator => Members.FirstOrDefault(member => member.Status == nameof(MemberStatus.Up) && member.Roles.Contains(CoordinatorRole));

    /// <summary>Name of the node at an address; null: no member has it, or it tells no name.</summary>
    public string? NodeAt(string address) => Members.FirstOrDefault(member => member.Address == address)?.Node;

    internal static MembershipView Of(Akka.Cluster.Cluster cluster)
    {
        var state = cluster.State;
        var byAge = state.Members.OrderBy(member => member, Member.AgeOrdering);
        return new MembershipView([.. byAge.Select((member, index) => new ClusterMember(
            ClusterNodes.NameOf(member),
            member.Address.ToString(),
            member.Status.ToString(),
            [.. member.Roles.Where(role => !ClusterNodes.IsNameRole(role)).Order(StringComparer.Ordinal)],
            index + 1,
            !state.Unreachable.Contains(member),
            member.Address.Equals(state.Leader),
            member.UniqueAddress.Equals(cluster.SelfUniqueAddress)))]);
    }
}

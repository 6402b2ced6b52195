namespace Rocket.Actors.Membership;

/// <summary>One member of the cluster as this node sees it.</summary>
/// <param name="Node">The node's name; null when the member tells none.</param>
/// <param name="Address">Its address in the cluster, <c>akka.tcp://rocket@ip:port</c>.</param>
/// <param name="Status">Joining, WeaklyUp, Up, Leaving, Exiting, Down or Removed.</param>
/// <param name="Roles">What it is for, in the order of the names; the role that tells the node's name is left out.</param>
/// <param name="Age">1 for the oldest: the order in which members became Up.</param>
/// <param name="IsReachable">Whether somebody still hears it.</param>
/// <param name="IsLeader">Whether it acts on the members' status.</param>
/// <param name="IsSelf">Whether it is this node.</param>
public sealed record ClusterMember(
    string? Node, string Address, string Status, IReadOnlyList<string> Roles, int Age, bool IsReachable, bool IsLeader, bool IsSelf)
{
    /// <summary>Whether a person means this member by a node's name or an address.</summary>
    public bool IsCalled(string name) => name == Node || name == Address || Address.EndsWith('@' + name, StringComparison.Ordinal);
}

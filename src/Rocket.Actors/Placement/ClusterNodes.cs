using Akka.Actor;
using Akka.Cluster;

namespace Rocket.Actors.Placement;

/// <summary>Reads the nodes' names from the cluster's membership: a member says its name by the role <c>node-NAME</c>.</summary>
/// <param name="cluster">The cluster of this actor system.</param>
/// <param name="quorum">Voters that have to be reachable, this one included, as the resolver sees it; 0: there is none.</param>
public sealed class ClusterNodes(Akka.Cluster.Cluster cluster, int quorum) : IClusterNodes
{
    private const string RolePrefix = "node-";
    private const string VoterRole = "voter";

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Present => [.. PresentMembers().Select(NameOf).OfType<string>()];

    /// <inheritdoc/>
    /// <remarks>While a cluster forms, those that are not in it yet are not missed.</remarks>
    public bool IsCutOff => cluster.State.Unreachable.Any(IsVoter) && PresentMembers().Count(IsVoter) < quorum;

    /// <summary>The role by which a member of this name is known.</summary>
    public static string RoleOf(string node) => RolePrefix + node;

    /// <inheritdoc/>
    public string? NodeOf(IActorRef actor) => actor.Path.Address.HasLocalScope ? OwnName() : NameAt(actor.Path.Address);

    /// <summary>An actor of this process is there, although the published membership may not show it yet; unless the node is on its way out.</summary>
    private string? OwnName()
    {
        var self = cluster.State.Members.FirstOrDefault(member => member.Address.Equals(cluster.SelfAddress));
        return self is null or { Status: MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up } ? NameOf(cluster.SelfRoles) : null;
    }

    private string? NameAt(Address address) =>
        PresentMembers().FirstOrDefault(member => member.Address.Equals(address)) is { } found ? NameOf(found) : null;

    /// <summary>The name that a member tells; null: none.</summary>
    internal static string? NameOf(Member member) => NameOf(member.Roles);

    /// <summary>Whether a role tells the node's name.</summary>
    internal static bool IsNameRole(string role) => role.StartsWith(RolePrefix, StringComparison.Ordinal);

    private static bool IsVoter(Member member) => member.HasRole(VoterRole);

    private static string? NameOf(IEnumerable<string> roles) => roles.FirstOrDefault(IsNameRole)?[RolePrefix.Length..];

    private IEnumerable<Member> PresentMembers()
    {
        var state = cluster.State;
        return state.Members.Where(member => member.Status == MemberStatus.Up && !state.Unreachable.Contains(member));
    }
}

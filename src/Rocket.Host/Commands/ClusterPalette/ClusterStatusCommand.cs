using Rocket.Actors.Cluster;
using Rocket.Actors.Membership;

namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>How things stand, a line for each that matters.</summary>
internal sealed class ClusterStatusCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "cluster", "status", "this node, the leader, who is not reachable, the coordinator of the brokers' shards");

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var membership = context.Membership;
        var settings = context.Node.Settings;
        var result = new CommandResult($"Status of cluster {settings.ClusterName}", "what", "status");
        result.Add("this node", membership.Self is { } self ? $"{settings.NodeName} at {self.Address}, {self.Status}" : $"{settings.NodeName}, not a member yet");
        result.Add("leader", NameOf(membership.Leader) ?? "nobody");
        result.Add("reachability", Reachability(membership));
        result.Add("voters", string.Join(", ", settings.Voters.Keys));
        result.Add("sharding coordinator", await CoordinatorAsync(context, membership, cancellation).ConfigureAwait(false));
        return result;
    }

    private static string Reachability(MembershipView membership)
    {
        string[] lost = [.. membership.Members.Where(member => !member.IsReachable).Select(member => NameOf(member)!)];
        return lost.Length == 0
            ? $"all members reachable, {membership.Members.Count} of {membership.Members.Count}"
            : $"not reachable: {string.Join(", ", lost)}";
    }

    private static async Task<string> CoordinatorAsync(CommandContext context, MembershipView membership, CancellationToken cancellation)
    {
        if (NameOf(membership.Coordinator) is not { } node)
        {
            return "none: no member with data is up";
        }

        var regions = await ShardInspection.RegionsAsync(context.Node.Region, CommandContext.Patience, cancellation).ConfigureAwait(false);
        return regions.Count == 0
            ? $"on {node}, not heard of yet"
            : $"on {node}, answers: {regions.Count} region(s), {regions.Sum(region => region.Shards.Count)} shard(s)";
    }

    private static string? NameOf(ClusterMember? member) => member is null ? null : member.Node ?? member.Address;
}

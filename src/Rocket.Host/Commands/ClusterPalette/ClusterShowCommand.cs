namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>The members of the cluster.</summary>
internal sealed class ClusterShowCommand : ITableCommand
{
    public CommandDescription Description { get; } = new("cluster", "show", "the members of the cluster, the oldest first")
    {
        Details = """
            age        1 is the oldest member; the order in which they became Up
            reachable  whether somebody still hears the member
            marks      this: the node that answers; leader: it acts on the members' status; oldest
            """,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var result = new CommandResult("Members of the cluster", "node", "address", "status", "roles", "age", "reachable", "marks");
        foreach (var member in context.Membership.Members)
        {
            string[] marks = [.. member.IsSelf ? ["this"] : Array.Empty<string>(), .. member.IsLeader ? ["leader"] : Array.Empty<string>(), .. member.Age == 1 ? ["oldest"] : Array.Empty<string>()];
            result.Add(
                member.Node, member.Address, member.Status, string.Join(", ", member.Roles), member.Age, member.IsReachable, string.Join(", ", marks));
        }

        return Task.FromResult(result);
    }
}

namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>Joining another cluster by hand.</summary>
internal sealed class ClusterJoinCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "cluster", "join", "lets the node join the cluster of another one", CommandArgument.Required("address", "address of the other node in its cluster"))
    {
        Changes = true,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var settings = context.Node.Settings;
        if (settings.Voters.Count == 1)
        {
            throw CommandException.Refused(
                $"{settings.NodeName} is the only voter of its cluster (rocket.voters), so it forms that cluster alone and joins no other");
        }

        throw CommandException.Refused($"{settings.NodeName} joins the cluster that its voters (rocket.voters) are in by itself");
    }
}

namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>A person's word that another node is dead.</summary>
internal sealed class ClusterDownCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "cluster", "down", "votes another node out of the cluster that is known to be dead", CommandArgument.Required("node", "the node's name or address"))
    {
        Changes = true,
        Question = "If the node still runs, both go on by themselves and what one of them confirms is lost. Is it certain that it is dead?",
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var node = arguments.Required("node");
        var settings = context.Node.Settings;
        var member = context.Membership.Members.FirstOrDefault(member => member.IsCalled(node));
        if (node == settings.NodeName || member is { IsSelf: true })
        {
            throw CommandException.Refused($"{settings.NodeName} does not vote itself out; cluster leave stops it");
        }

        if (settings.Voters.Count == 1)
        {
            throw CommandException.Refused($"{settings.NodeName} is the only voter of its cluster: there is no other node to vote out");
        }

        throw member is null
            ? CommandException.NotFound($"no member is called {node}; cluster show lists them")
            : CommandException.Refused($"{node} stays: this version moves no broker from one node to another");
    }
}

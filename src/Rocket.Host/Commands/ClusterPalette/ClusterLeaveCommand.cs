namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>A planned stop of the node that answers.</summary>
internal sealed class ClusterLeaveCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "cluster",
        "leave",
        "stops the node in order, as SIGTERM does; its process ends with exit code 0",
        CommandArgument.Optional("node", "its name or address, as a check that the right one is asked"))
    {
        Changes = true,
        Question = "The node stops, and clients cannot use its brokers until it is started again. Go on?",
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var name = context.Node.Settings.NodeName;
        if (arguments.Text("node") is { } asked && asked != name && context.Membership.Self?.IsCalled(asked) != true)
        {
            throw CommandException.Refused($"this is {name}, not {asked}; a node is asked to leave over its own port (--node)");
        }

        var result = new CommandResult("Leaving", "node", "what happens") { Afterwards = context.Stop };
        result.Add(name, "stops now; its process ends by itself");
        return Task.FromResult(result);
    }
}

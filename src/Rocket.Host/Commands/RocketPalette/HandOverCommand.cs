namespace Rocket.Host.Commands.RocketPalette;

/// <summary>A planned change of master.</summary>
internal sealed class HandOverCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "rocket",
        "hand-over",
        "makes a node that holds a whole copy of a broker its master, without losing a send",
        CommandArgument.Required("broker", "the broker's name"),
        CommandArgument.Required("node", "the node that shall lead it"))
    {
        Changes = true,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation) =>
        throw MasterChange.Refusal(context, arguments.Required("broker"), arguments.Required("node"));
}

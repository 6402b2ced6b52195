namespace Rocket.Host.Commands.RocketPalette;

/// <summary>A change of master by a person's word, whatever the copy lacks.</summary>
internal sealed class ForceMasterCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "rocket",
        "force-master",
        "makes a node the master of a broker although its copy may lack messages",
        CommandArgument.Required("broker", "the broker's name"),
        CommandArgument.Required("node", "the node that shall lead it"))
    {
        Changes = true,
        Question = "Messages that the node's copy lacks are lost for good. Go on?",
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation) =>
        throw MasterChange.Refusal(context, arguments.Required("broker"), arguments.Required("node"));
}

using Akka.Actor;
using Rocket.Actors.Placement;

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
        Question = "Messages that the node's copy lacks are lost for good, those that were answered SEND_OK included. Go on?",
        Details = "Asked of the node that shall lead, where no node with a whole copy comes back. Its voter needs a majority; of two voters, \"cluster down\" is said first.",
    };

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var (broker, node) = (arguments.Required("broker"), arguments.Required("node"));
        var (_, known) = MasterChange.Check(context, broker, node);
        if (node != context.Node.Settings.NodeName)
        {
            throw CommandException.Refused($"this is {context.Node.Settings.NodeName}, not {node}; a node is made master over its own port (--node)");
        }

        var current = await AskAsync(context, new PlacementProtocol.Read(broker), cancellation).ConfigureAwait(false) is PlacementProtocol.Current { Placement: { } read } ? read : known;
        if (current.Master == node && !MasterChange.IsDoubtful(context, broker, node))
        {
            throw CommandException.Refused($"nothing to do: {node} is master of {broker}");
        }

        if (current.InSync.FirstOrDefault(other => IsThereAndWhole(context, broker, other, node)) is { } whole)
        {
            throw CommandException.Refused($"{whole} is there and holds all of {broker}; rocket hand-over changes the master without a loss");
        }

        var forced = current with { Version = current.Version + 1, Master = null, InSync = BrokerPlacement.Nodes(node), WantedMaster = node };
        switch (await AskAsync(context, new PlacementProtocol.Change(broker, current, forced), cancellation).ConfigureAwait(false))
        {
            case PlacementProtocol.Changed:
                break;
            case PlacementProtocol.Refused refused:
                throw CommandException.Refused(refused.Reason);
            default:
                throw CommandException.Refused($"the voters did not agree; rocket brokers shows what {broker} has come to");
        }

        var led = await MasterChange.WaitUntilLedAsync(context, broker, node, current.Epoch, cancellation).ConfigureAwait(false);
        var result = MasterChange.Result("Forced master", broker, node, led);
        var lost = current.InSync.Remove(node);
        if (lost.Count > 0)
        {
            result.Note($"What only {string.Join(", ", lost)} held is lost: it is cut off there, and kept in diverged/, when it comes back.");
        }

        return result;
    }

    private static bool IsThereAndWhole(CommandContext context, string broker, string other, string node) =>
        other != node && context.Node.Nodes?.Present.Contains(other) == true && !MasterChange.IsDoubtful(context, broker, other);

    private static Task<object> AskAsync(CommandContext context, object question, CancellationToken cancellation) =>
        context.Node.PlacementActor.Ask<object>(question, CommandContext.Patience, cancellation);
}

using Akka.Actor;
using Rocket.Actors.Cluster;

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
        Details = "Asked of the node that leads the broker. From then on the new master is the preferred one: it gets the broker back after it was down.",
    };

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var (broker, node) = (arguments.Required("broker"), arguments.Required("node"));
        var (held, placement) = MasterChange.Check(context, broker, node);
        var self = context.Node.Settings.NodeName;
        if (placement.Master != self)
        {
            throw CommandException.Refused(placement.Master is { } master
                ? $"{master} leads {broker}, and hands it over: ask it (--node)"
                : $"nobody leads {broker} now");
        }

        if (!held.Directory.IsLeading)
        {
            throw CommandException.Unavailable($"{broker} is starting on {self}");
        }

        var answer = await held.Directory.Broker.Ask<object>(new BrokerProtocol.HandOverTo(node), CommandContext.Patience, cancellation).ConfigureAwait(false);
        if (answer is BrokerProtocol.HandOverRefused refused)
        {
            throw CommandException.Refused($"{broker} stays on {self}: {refused.Reason}");
        }

        if (node == self)
        {
            return MasterChange.Result("Hand-over", broker, node, placement);
        }

        var led = await MasterChange.WaitUntilLedAsync(context, broker, node, placement.Epoch, cancellation).ConfigureAwait(false);
        return MasterChange.Result("Hand-over", broker, node, led);
    }
}

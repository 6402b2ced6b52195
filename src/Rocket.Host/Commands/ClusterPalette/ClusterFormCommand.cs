using Akka.Actor;
using Rocket.Actors.Forming;

namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>A person's word that the nodes that are missing won't come, and that this one shall go on without them.</summary>
internal sealed class ClusterFormCommand : ITableCommand
{
    public CommandDescription Description { get; } = new("cluster", "form", "lets the node form a cluster and vote though other nodes are missing")
    {
        Changes = true,
        Question = "If a missing node knows what this one does not, or is in a cluster, that is overruled and may be lost. Is it certain that there is no other way?",
        Details = "For voters that wait for others which won't come back. Each of those that are left needs the word, one after the other; "
            + "brokers are led again once a majority of the voters votes.",
    };

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var settings = context.Node.Settings;
        if (settings.IsAlone)
        {
            throw CommandException.Refused($"{settings.NodeName} is the only voter of its cluster (rocket.voters): it forms it by itself");
        }

        // Unavailable as long as the actors are not there.
        _ = context.Membership;
        var answer = await context.Node.FormationActor
            .Ask<FormationProtocol.FormAnswer>(FormationProtocol.FormNow.Instance, CommandContext.Patience, cancellation)
            .ConfigureAwait(false);
        var result = new CommandResult("Forming", "node", "what happened");
        result.Add(settings.NodeName, answer.Text);
        return result;
    }
}

using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;

namespace Rocket.Host.Commands.ClusterPalette;

/// <summary>A person's word that another node is dead.</summary>
internal sealed class ClusterDownCommand : ITableCommand
{
    public CommandDescription Description { get; } = new(
        "cluster", "down", "votes another node out of the cluster that is known to be dead", CommandArgument.Required("node", "the node's name or address"))
    {
        Changes = true,
        Question = "If the node still runs, both go on by themselves and what one of them confirms is lost. Is it certain that it is dead?",
        Details = "The brokers that it led are led by the nodes whose copies are in sync. It comes back by itself when it is started again: "
            + "what it has and others do not is cut off, it catches up, and gets its brokers back.",
    };

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var asked = arguments.Required("node");
        var settings = context.Node.Settings;
        var member = context.Membership.Members.FirstOrDefault(member => member.IsCalled(asked));
        if (asked == settings.NodeName || member is { IsSelf: true })
        {
            throw CommandException.Refused($"{settings.NodeName} does not vote itself out; cluster leave stops it");
        }

        if (settings.Voters.Count == 1)
        {
            throw CommandException.Refused($"{settings.NodeName} is the only voter of its cluster: there is no other node to vote out");
        }

        if (settings.Failover == FailoverMode.Automatic)
        {
            throw CommandException.Refused("rocket.failover is automatic: a majority of the voters takes a dead node out by itself");
        }

        var node = member?.Node ?? asked;
        if (member is null && !settings.Voters.ContainsKey(node))
        {
            throw CommandException.NotFound($"no member is called {asked}; cluster show lists them");
        }

        if (context.Node.Links.Find(node) is { IsOpen: true } || member is { IsReachable: true })
        {
            throw CommandException.Refused($"{node} is up: it was heard just now. One that has just died is given up after some seconds; a node is stopped by cluster leave");
        }

        var result = new CommandResult("Voting out", "node", "what happened");
        var vote = settings.IsPair ? await VoteAsync(context, node, cancellation).ConfigureAwait(false) : null;
        var isRemoved = member is not null && context.Node.Membership!.Down(member);
        result.Add(node, (vote, isRemoved) switch
        {
            (not null, true) => "is taken out of the cluster, and is voted for until it comes back",
            (not null, false) => "is no member of the cluster, and is voted for until it comes back",
            (null, true) => "is taken out of the cluster",
            _ => "is no member of the cluster any more",
        });
        return result;
    }

    /// <summary>First, so that whoever takes a broker over finds a majority.</summary>
    private static async Task<PlacementProtocol.VotedOut> VoteAsync(CommandContext context, string node, CancellationToken cancellation) =>
        await context.Node.PlacementActor.Ask<object>(new PlacementProtocol.VoteOut(node), CommandContext.Patience, cancellation).ConfigureAwait(false) switch
        {
            PlacementProtocol.VotedOut voted => voted,
            PlacementProtocol.VoteRefused refused => throw CommandException.Refused(refused.Reason),
            var answer => throw new InvalidOperationException($"{answer} is no answer to a vote."),
        };
}

using System.Globalization;
using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Replication;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>Who leads which broker, and what it holds.</summary>
internal sealed class BrokersCommand : ITableCommand
{
    /// <summary>The BrokerActor may be at a disk; the other columns do not need it.</summary>
    private static readonly TimeSpan CopiesPatience = TimeSpan.FromSeconds(2);

    public CommandDescription Description { get; } = new("rocket", "brokers", "the brokers of the cluster: who leads them, and what they hold")
    {
        Details = """
            epoch     the reign of the master, as TERM.VOTER; version counts the agreed changes of the placement
            in-sync   the nodes that hold every message that consumers may see
            state     led here, degraded: goes on without a node that the in-sync set names (sends are answered 11),
                      elsewhere, copy: another node leads, doubtful: the node's machine ended without a stop, and its
                      copy may lack the last records, starting, or damaged: what is wrong
            lag       of each copy on another node: messages that it lacks (changes of metadata count too), "comparing" while it is found
                      out what it lacks, "away" when it does not follow; lag-bytes is the greatest in bytes, without copies that are away
            The figures from lag on are known where the broker is led; system topics count too.
            """,
    };

    public async Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var names = KnownBrokers.Names(context);
        var copies = await Task.WhenAll(names.Select(name => CopiesOfAsync(KnownBrokers.Held(context, name), cancellation))).ConfigureAwait(false);
        var result = new CommandResult(
            "Brokers",
            "broker", "master", "epoch", "version", "in-sync", "replicas", "state", "lag", "lag-bytes", "topics", "groups", "queues", "messages", "bytes");
        foreach (var (name, stands) in names.Zip(copies))
        {
            var held = KnownBrokers.Held(context, name);
            var placement = context.Node.Placements.TryGet(name, out var agreed) ? agreed : null;
            var led = held is { Directory.IsLeading: true } ? held.Directory : null;
            var figures = led is null ? (QueueFigures?)null : QueueFigures.Of(led.Topics);
            result.Add(
                name,
                placement?.Master,
                placement?.Epoch.ToString(),
                placement?.Version,
                placement is null ? null : string.Join(", ", placement.InSync),
                held is null ? null : string.Join(", ", held.Settings.Replicas),
                StateOf(context, held, placement?.Master),
                stands is [] ? null : string.Join(", ", stands.Select(Describe)),
                stands.Max(stand => stand.Lag?.Bytes),
                led?.Topics.Count,
                led?.Groups.Count,
                figures?.Queues,
                figures?.Messages,
                figures?.Bytes);
        }

        return result;
    }

    /// <summary>None: another node leads it, there are none, or its master is too busy to tell; the rest of the table is worth showing then.</summary>
    private static async Task<IReadOnlyList<CopyStand>> CopiesOfAsync(BrokerContext? held, CancellationToken cancellation)
    {
        if (held is not { Directory: { IsLeading: true } led })
        {
            return [];
        }

        try
        {
            return (await led.Broker.Ask<CopiesProtocol.CopiesFound>(CopiesProtocol.QueryCopies.Instance, CopiesPatience, cancellation).ConfigureAwait(false)).Copies;
        }
        catch (AskTimeoutException)
        {
            return [];
        }
    }

    private static string Describe(CopyStand copy) => copy.Stage switch
    {
        CopyStage.Following => string.Create(CultureInfo.InvariantCulture, $"{copy.Node} {copy.Lag!.Value.Records}"),
        CopyStage.Comparing => $"{copy.Node} comparing",
        _ => $"{copy.Node} away",
    };

    private static string StateOf(CommandContext context, BrokerContext? held, string? master) => held?.Directory switch
    {
        null => "elsewhere",
        { IsLeading: true, LeftOut: { Count: > 0 } leftOut } => $"degraded: without {string.Join(", ", leftOut)}",
        { IsLeading: true } => "led here",
        { Damage: { } damage } => $"damaged: {damage}",
        _ when held!.Doubt is not null => "doubtful",
        _ when master is not null && master != context.Node.Settings.NodeName => "copy",
        _ => "starting",
    };
}

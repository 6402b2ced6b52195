using Rocket.Actors.Cluster;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>Who leads which broker, and what it holds.</summary>
internal sealed class BrokersCommand : ITableCommand
{
    public CommandDescription Description { get; } = new("rocket", "brokers", "the brokers of the cluster: who leads them, and what they hold")
    {
        Details = """
            epoch     the reign of the master, as TERM.VOTER; version counts the agreed changes of the placement
            in-sync   the nodes that hold every message that consumers may see
            state     led here, degraded: goes on without a node that the in-sync set names (sends are answered 11),
                      elsewhere, copy: another node leads, doubtful: the node's machine ended without a stop, and its
                      copy may lack the last records, starting, or damaged: what is wrong
            The figures from topics on are known where the broker is led; system topics count too.
            """,
    };

    public Task<CommandResult> ExecuteAsync(CommandArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var result = new CommandResult(
            "Brokers",
            "broker", "master", "epoch", "version", "in-sync", "replicas", "state", "topics", "groups", "queues", "messages", "bytes");
        foreach (var name in KnownBrokers.Names(context))
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
                led?.Topics.Count,
                led?.Groups.Count,
                figures?.Queues,
                figures?.Messages,
                figures?.Bytes);
        }

        return Task.FromResult(result);
    }

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

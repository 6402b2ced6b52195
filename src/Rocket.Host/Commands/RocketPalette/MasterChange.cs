using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>What both ways of making another node a broker's master have in common.</summary>
internal static class MasterChange
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Shorter than a command as a whole may take, so that there is time to say that it is under way.</summary>
    private static readonly TimeSpan Patience = CommandContext.Patience * 0.7;

    /// <summary>The placement as it is and the broker as this node holds it, if nothing stands against the change before anybody is asked.</summary>
    /// <exception cref="CommandException">There is nothing to do, or nothing that can be done.</exception>
    public static (BrokerContext Held, BrokerPlacement Placement) Check(CommandContext context, string broker, string node)
    {
        KnownBrokers.MustExist(context, broker);
        var placement = context.Node.Placements.TryGet(broker, out var agreed) ? agreed : null;
        if (placement?.Master == node && (placement.WantedMaster ?? node) == node && !IsDoubtful(context, broker, node))
        {
            throw CommandException.Refused($"nothing to do: {node} is master of {broker}");
        }

        var held = KnownBrokers.Held(context, broker);
        if (held is not null && !held.Settings.Replicas.Contains(node))
        {
            throw CommandException.Refused($"node {node} holds no copy of broker {broker}");
        }

        return held is not null && placement is not null
            ? (held, placement)
            : throw CommandException.Refused($"{context.Node.Settings.NodeName} does not know {broker} well enough; ask a node that holds a copy (--node)");
    }

    /// <summary>Whether a node's copy may have lost its last records with its machine, and has not fetched them since: it does not lead, whatever the placement says.</summary>
    public static bool IsDoubtful(CommandContext context, string broker, string node) =>
        (node == context.Node.Settings.NodeName ? KnownBrokers.Held(context, broker)?.Doubt : context.Node.Peers.CopyAt(node, broker).Doubt) is not null;

    /// <summary>Waits until the broker is led there, as long as a command may take.</summary>
    /// <returns>The placement; null: not yet.</returns>
    public static async Task<BrokerPlacement?> WaitUntilLedAsync(CommandContext context, string broker, string node, Epoch after, CancellationToken cancellation)
    {
        var time = context.Node.Time;
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < Patience;)
        {
            if (context.Node.Placements.TryGet(broker, out var placement) && placement?.Master == node && placement.Epoch > after)
            {
                return placement;
            }

            await Task.Delay(Interval, time, cancellation).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>The answer of both.</summary>
    public static CommandResult Result(string title, string broker, string node, BrokerPlacement? led)
    {
        var result = new CommandResult(title, "broker", "master", "what happened");
        result.Add(broker, node, led is null ? "is about to lead it; rocket brokers shows when it does" : $"leads it in epoch {led.Epoch}");
        return result;
    }
}

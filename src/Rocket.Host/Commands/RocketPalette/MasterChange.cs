namespace Rocket.Host.Commands.RocketPalette;

/// <summary>What stands against making another node a broker's master.</summary>
internal static class MasterChange
{
    /// <summary>The reason that comes first.</summary>
    public static CommandException Refusal(CommandContext context, string broker, string node)
    {
        KnownBrokers.MustExist(context, broker);
        var placement = context.Node.Placements.TryGet(broker, out var agreed) ? agreed : null;
        if (placement?.Master == node)
        {
            return CommandException.Refused($"nothing to do: {node} is master of {broker}");
        }

        return KnownBrokers.Held(context, broker)?.Settings.Replicas.Contains(node) == true
            ? CommandException.Refused($"{broker} stays where it is: this version moves no broker from one node to another")
            : CommandException.Refused($"node {node} holds no copy of broker {broker}");
    }
}

using Rocket.Actors.Cluster;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>The brokers of the cluster by their names, and those that this node holds.</summary>
internal static class KnownBrokers
{
    /// <summary>Every broker that this node holds or has heard of, in the order of the names.</summary>
    public static IReadOnlyList<string> Names(CommandContext context) =>
    [
        .. context.Node.Brokers.Select(broker => broker.Settings.Name)
            .Union(context.Node.Placements.Placements.Keys)
            .Union(context.Node.Routes.Current.Brokers.Keys)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Brokers that this node leads, in the order of the names.</summary>
    public static IEnumerable<BrokerContext> Led(CommandContext context) =>
        context.Node.Brokers.Where(broker => broker.Directory.IsLeading).OrderBy(broker => broker.Settings.Name, StringComparer.Ordinal);

    /// <summary>A broker that this node holds a copy of; null: it holds none.</summary>
    public static BrokerContext? Held(CommandContext context, string name) => context.Node.Brokers.FirstOrDefault(broker => broker.Settings.Name == name);

    /// <summary>Refuses a name that nobody has.</summary>
    /// <exception cref="CommandException">Nobody has it.</exception>
    public static void MustExist(CommandContext context, string name)
    {
        var names = Names(context);
        if (!names.Contains(name, StringComparer.Ordinal))
        {
            throw CommandException.NotFound($"no broker is called {name}; there are: {string.Join(", ", names)}");
        }
    }
}

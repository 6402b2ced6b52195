using Rocket.Host.Commands.ClusterPalette;
using Rocket.Host.Commands.RocketPalette;
using Rocket.Host.Commands.ShardingPalette;

namespace Rocket.Host.Commands;

/// <summary>Every command there is; the command line, the node's port and Petabridge.Cmd know the same ones.</summary>
internal static class CommandRegistry
{
    /// <summary>By palettes, each in the order in which help lists it.</summary>
    public static IReadOnlyList<ICommand> All { get; } =
    [
        new ClusterShowCommand(),
        new ClusterStatusCommand(),
        new ClusterTailCommand(),
        new ClusterLeaveCommand(),
        new ClusterDownCommand(),
        new ClusterJoinCommand(),
        new ClusterFormCommand(),
        new ListRegionsCommand(),
        new ListShardsCommand(),
        new ListEntitiesCommand(),
        new BrokersCommand(),
        new TopicsCommand(),
        new QueuesCommand(),
        new GroupsCommand(),
        new ClientsCommand(),
        new HandOverCommand(),
        new ForceMasterCommand(),
    ];

    /// <summary>The palettes with one line about each.</summary>
    public static IReadOnlyList<(string Name, string Summary)> Palettes { get; } =
    [
        ("cluster", "the members of the cluster"),
        ("sharding", "where Cluster Sharding keeps brokers and what belongs to them"),
        ("rocket", "brokers, topics, queues, consumer groups, clients"),
    ];

    /// <summary>The commands of a palette; empty when there is no such palette.</summary>
    public static IEnumerable<ICommand> Of(string palette) => All.Where(command => command.Description.Palette == palette);

    /// <summary>A command; null: there is none.</summary>
    public static ICommand? Find(string palette, string name) => Of(palette).FirstOrDefault(command => command.Description.Name == name);
}

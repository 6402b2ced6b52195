using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.DistributedData;
using Rocket.Actors.Cluster;

namespace Rocket.Host.Configuration;

/// <summary>Everything that a node was told, read from the built-in reference, a file and <c>--set</c>, and checked.</summary>
/// <remarks>Loading reads files and nothing else: it opens no port, resolves no name, writes nothing.</remarks>
public sealed class NodeConfiguration
{
    private NodeConfiguration(
        NodeSettings node, OperatorSettings operators, LogSettings log, Config akka, IReadOnlyList<EffectiveSetting> effective, IReadOnlyList<string> warnings)
    {
        Node = node;
        Operators = operators;
        Log = log;
        Akka = akka;
        Effective = effective;
        Warnings = warnings;
    }

    /// <summary>The node, its brokers and its limits.</summary>
    public NodeSettings Node { get; }

    /// <summary>Where operators reach the node.</summary>
    public OperatorSettings Operators { get; }

    /// <summary>The log.</summary>
    public LogSettings Log { get; }

    /// <summary>The whole configuration for <c>ActorSystem.Create</c>, Akka's defaults for its cluster extensions included.</summary>
    public Config Akka { get; }

    /// <summary>Each setting as it holds, with its origin; sorted as the reference is.</summary>
    public IReadOnlyList<EffectiveSetting> Effective { get; }

    /// <summary>One line for each setting that is allowed but hardly meant.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads and checks.</summary>
    /// <param name="path">Argument of <c>--config</c>; null: the defaults alone, a standalone node.</param>
    /// <param name="sets">Arguments of <c>--set</c>, <c>key=value</c>; the last one of a key wins.</param>
    public static ConfigurationResult Load(string? path, IReadOnlyList<string> sets) =>
        Load(path, sets, ConfigurationFiles.OfThisProcess());

    /// <summary>As the other one, with the folders that relative paths are looked up in.</summary>
    public static ConfigurationResult Load(string? path, IReadOnlyList<string> sets, ConfigurationFiles files) =>
        new NodeConfigurationLoader(files).Load(path, sets);

    /// <summary>The same with other limits.</summary>
    internal NodeConfiguration With(LimitSettings limits) => new(Node with { Limits = limits }, Operators, Log, Akka, Effective, Warnings);

    internal static NodeConfiguration Create(
        NodeSettings node, OperatorSettings operators, LogSettings log, Config config, IReadOnlyList<EffectiveSetting> effective, IReadOnlyList<string> warnings)
    {
        // Overriding anything below akka.cluster.singleton or .sharding makes Akka look for the rest there, not in its own defaults.
        var akka = config
            .WithFallback(ClusterSharding.DefaultConfig())
            .WithFallback(ClusterSingleton.DefaultConfig())
            .WithFallback(DistributedData.DefaultConfig());
        return new NodeConfiguration(node, operators, log, akka, effective, warnings);
    }
}

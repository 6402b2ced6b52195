using System.Globalization;
using System.Net;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Serilog.Events;

namespace Rocket.Host.Configuration;

/// <summary>What Rocket reads from Akka's part of the configuration, and what it works out for it.</summary>
internal sealed class AkkaSettings(SettingsReader reader)
{
    /// <summary>Akka.Remote's port.</summary>
    public static readonly SettingPath Port = SettingPath.Of("akka.remote.dot-netty.tcp.port");

    private const int LeastBlockingThreads = 4;
    private const string DataRole = "data";

    private static readonly SettingPath BindHost = SettingPath.Of("akka.remote.dot-netty.tcp.hostname");
    private static readonly SettingPath PublicHost = SettingPath.Of("akka.remote.dot-netty.tcp.public-hostname");
    private static readonly SettingPath SeedNodes = SettingPath.Of("akka.cluster.seed-nodes");
    private static readonly SettingPath Roles = SettingPath.Of("akka.cluster.roles");
    private static readonly SettingPath Provider = SettingPath.Of("akka.actor.provider");

    private readonly List<(SettingPath Path, string Value, string From)> _derived = [];
    private IReadOnlyList<string> _roles = [];

    /// <summary>Akka.Remote's port; 0 for any free one.</summary>
    public int RemotePort { get; private set; }

    /// <summary>Reads and checks.</summary>
    public void Read()
    {
        RemotePort = reader.Number(Port, 0, 65535);
        if (reader.List(SeedNodes).Count > 0)
        {
            reader.Refuse(reader.Find(SeedNodes)!, "stays empty: nodes find each other through rocket.voters");
        }

        reader.Text(Provider, provider => provider == "cluster" ? null : "stays cluster: everything in Rocket is placed by the cluster");
        _roles = reader.List(Roles);
        ReadDispatcher("queue-dispatcher", Environment.ProcessorCount);
        ReadDispatcher("blocking-dispatcher", Math.Max(LeastBlockingThreads, 2 * Environment.ProcessorCount));
    }

    /// <summary>
    /// The layer above all others: addresses that were left open, dispatchers, the level of Akka's event stream, the role that names
    /// the node, and one journal and one snapshot store for each broker.
    /// </summary>
    public ConfigurationSource Derive(NodeSettings node, LogSettings log)
    {
        if (IsOpen(BindHost))
        {
            Add(BindHost, IPv4Of(node.BindHost, node), "rocket.bind-host");
        }

        if (IsOpen(PublicHost))
        {
            Add(PublicHost, IPv4Of(node.AdvertisedHost, node), "rocket.advertised-host");
        }

        // The stream carries what Rocket's actors say too; the log sorts Akka's own events out by their own level.
        var level = NameOf((LogEventLevel)Math.Min((int)log.Level, (int)(log.AkkaLevel ?? log.Level)));
        Add(SettingPath.Of("akka.loglevel"), level, "rocket.log.level and akka.loglevel");
        Add(SettingPath.Of("akka.stdout-loglevel"), level, "rocket.log.level and akka.loglevel");

        // A member tells its node's name by a role: addresses change, placements hold names.
        var roles = _roles.Where(role => role != DataRole || node.Brokers.Count > 0).Append(ClusterNodes.RoleOf(node.NodeName)).Select(HoconShape.Quote);
        _derived.Add((Roles, $"[{string.Join(", ", roles)}]", "akka.cluster.roles, rocket.node-name and rocket.brokers"));

        foreach (var (path, value, from) in FailoverSettings.For(node).Where(setting => !IsGiven(setting.Path)))
        {
            Add(path, value, from);
        }

        foreach (var broker in node.Brokers)
        {
            AddPlugin("journal", "Rocket.Actors.Metadata.Journal.MetadataJournal, Rocket.Actors", broker.Name);
            AddPlugin("snapshot", "Rocket.Actors.Metadata.Journal.MetadataSnapshotStore, Rocket.Actors", broker.Name);
        }

        return ConfigurationSource.Derived(_derived);

        // What a file or the command line says of Akka's own keys holds.
        bool IsGiven(SettingPath path) => reader.Find(path) is { Source.IsBuiltIn: false };

        bool IsOpen(SettingPath path) => reader.Find(path)?.Value.GetString() is null or "";

        void AddPlugin(string kind, string type, string broker)
        {
            var section = SettingPath.Of("rocket", kind, broker);
            Add(section.Under("class"), type, "rocket.brokers");
            Add(section.Under("broker"), broker, "rocket.brokers");
            Add(section.Under("plugin-dispatcher"), "rocket.blocking-dispatcher", "rocket.brokers");

            // A poisoned log fails every write at once; an open breaker would go on refusing after it has recovered.
            var breaker = section.Under("circuit-breaker");
            Add(breaker.Under("max-failures"), int.MaxValue.ToString(CultureInfo.InvariantCulture), "rocket.brokers");
            Add(breaker.Under("call-timeout"), "60s", "rocket.brokers");
        }
    }

    // Clients may use IPv6; nodes talk to each other over IPv4, at the addresses in rocket.voters.
    private static string IPv4Of(string host, NodeSettings node) =>
        !HostAddress.IsIPv6(host) ? host
        : host == "::" ? "0.0.0.0"
        : IPEndPoint.Parse(node.Voters[node.NodeName]).Address.ToString();

    // Akka's dispatcher with threads of its own: as fast as the default one, and neither starves the other.
    private void ReadDispatcher(string name, int threadsByDefault)
    {
        var section = SettingPath.Of("rocket", name);
        reader.Number(section.Under("throughput"), 1, 10_000);
        var path = section.Under("threads");
        var threads = reader.Number(path, 0, 1024);
        Add(section.Under("type"), "ForkJoinDispatcher", path.ToString());
        Add(
            section.Under("dedicated-thread-pool").Under("thread-count"),
            (threads == 0 ? threadsByDefault : threads).ToString(CultureInfo.InvariantCulture),
            threads == 0 ? "the number of cores" : path.ToString());
        Add(section.Under("dedicated-thread-pool").Under("threadtype"), "background", path.ToString());
    }

    private void Add(SettingPath path, string text, string from) => _derived.Add((path, HoconShape.Quote(text), from));

    private static string NameOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARNING",
        _ => "ERROR",
    };
}

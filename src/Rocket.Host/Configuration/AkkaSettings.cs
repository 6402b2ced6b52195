using System.Globalization;
using Rocket.Actors.Cluster;
using Serilog.Events;

namespace Rocket.Host.Configuration;

/// <summary>What Rocket reads from Akka's part of the configuration, and what it works out for it.</summary>
internal sealed class AkkaSettings(SettingsReader reader)
{
    /// <summary>Akka.Remote's port.</summary>
    public static readonly SettingPath Port = SettingPath.Of("akka.remote.dot-netty.tcp.port");

    private const int MostThreads = 1024;
    private const int LeastBlockingThreads = 4;

    private static readonly SettingPath BindHost = SettingPath.Of("akka.remote.dot-netty.tcp.hostname");
    private static readonly SettingPath PublicHost = SettingPath.Of("akka.remote.dot-netty.tcp.public-hostname");
    private static readonly SettingPath SeedNodes = SettingPath.Of("akka.cluster.seed-nodes");
    private static readonly SettingPath Provider = SettingPath.Of("akka.actor.provider");
    private static readonly SettingPath QueueThreads = SettingPath.Of("rocket.queue-dispatcher.dedicated-thread-pool.thread-count");
    private static readonly SettingPath BlockingThreads = SettingPath.Of("rocket.blocking-dispatcher.dedicated-thread-pool.thread-count");

    private int _queueThreads;
    private int _blockingThreads;

    /// <summary>Akka.Remote's port; 0 for any free one.</summary>
    public int RemotePort { get; private set; }

    /// <summary>Reads and checks.</summary>
    public void Read()
    {
        RemotePort = reader.Number(Port, 0, 65535);
        _queueThreads = reader.Number(QueueThreads, 0, MostThreads);
        _blockingThreads = reader.Number(BlockingThreads, 0, MostThreads);
        if (reader.List(SeedNodes).Count > 0)
            reader.Refuse(reader.Find(SeedNodes)!, "stays empty: nodes find each other through rocket.voters");
        reader.Text(Provider, provider => provider == "cluster" ? null : "stays cluster: everything in Rocket is placed by the cluster");
    }

    /// <summary>
    /// The layer above all others: addresses that were left open, numbers of threads, the level of Akka's event stream, and one journal and
    /// one snapshot store for each broker.
    /// </summary>
    public ConfigurationSource Derive(NodeSettings node, LogSettings log)
    {
        var values = new List<(SettingPath Path, string Value, string From)>();
        if (IsOpen(BindHost))
            values.Add((BindHost, node.BindHost, "rocket.bind-host"));
        if (IsOpen(PublicHost))
            values.Add((PublicHost, node.AdvertisedHost, "rocket.advertised-host"));
        if (_queueThreads == 0)
            values.Add((QueueThreads, Show(Environment.ProcessorCount), "the number of cores"));
        if (_blockingThreads == 0)
            values.Add((BlockingThreads, Show(Math.Max(LeastBlockingThreads, 2 * Environment.ProcessorCount)), "the number of cores"));

        // The stream carries what Rocket's actors say too; the log sorts Akka's own events out by their own level.
        var level = NameOf((LogEventLevel)Math.Min((int)log.Level, (int)(log.AkkaLevel ?? log.Level)));
        values.Add((SettingPath.Of("akka.loglevel"), level, "rocket.log.level and akka.loglevel"));
        values.Add((SettingPath.Of("akka.stdout-loglevel"), level, "rocket.log.level and akka.loglevel"));

        foreach (var broker in node.Brokers)
        {
            AddPlugin("journal", "Rocket.Actors.Metadata.Journal.MetadataJournal, Rocket.Actors", broker.Name);
            AddPlugin("snapshot", "Rocket.Actors.Metadata.Journal.MetadataSnapshotStore, Rocket.Actors", broker.Name);
        }

        return ConfigurationSource.Derived(values);

        bool IsOpen(SettingPath path) => reader.Find(path)?.Value.GetString() is null or "";

        void AddPlugin(string kind, string type, string broker)
        {
            var section = SettingPath.Of("rocket", kind, broker);
            values.Add((section.Under("class"), type, "rocket.brokers"));
            values.Add((section.Under("broker"), broker, "rocket.brokers"));
            values.Add((section.Under("plugin-dispatcher"), "rocket.blocking-dispatcher", "rocket.brokers"));
        }
    }

    private static string NameOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Debug => "DEBUG",
        LogEventLevel.Information => "INFO",
        LogEventLevel.Warning => "WARNING",
        _ => "ERROR",
    };

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}

using Rocket.Actors.Cluster;
using Serilog.Events;

namespace Rocket.Host.Configuration;

/// <summary>Turns the keys under <c>rocket</c> into the settings records.</summary>
internal sealed class NodeSettingsReader(SettingsReader reader, string currentDirectory)
{
    private static readonly SettingPath Brokers = SettingPath.Of("rocket.brokers");

    /// <summary>The node with its brokers and limits.</summary>
    public NodeSettings ReadNode()
    {
        var nodeName = reader.Text(SettingPath.Of("rocket.node-name"), Names.RefuseName);
        var advertisedHost = reader.Text(SettingPath.Of("rocket.advertised-host"), Names.RefuseAdvertisedHost);
        var limits = LimitSettingsReader.Read(reader);
        var linkReader = new LinkSettingsReader(reader, nodeName, advertisedHost);
        var links = linkReader.ReadLinks(limits);
        var voters = linkReader.ReadVoters(links.Port);
        return new NodeSettings(
            reader.Text(SettingPath.Of("rocket.cluster-name"), Names.RefuseName),
            nodeName,
            reader.Text(SettingPath.Of("rocket.bind-host"), Names.RefuseBindHost),
            advertisedHost,
            ReadPath(SettingPath.Of("rocket.data-dir")) ?? currentDirectory,
            reader.Number(SettingPath.Of("rocket.name-server.port"), 1, 65535),
            voters,
            ReadBrokers(nodeName, voters),
            limits)
        {
            Failover = linkReader.ReadFailover(voters.Count),
            Links = links,
            BootId = MachineRun.BootId(),
        };
    }

    /// <summary>The log.</summary>
    public LogSettings ReadLog() => new(
        ReadPath(SettingPath.Of("rocket.log.file"), mayBeEmpty: true),
        reader.Choice(
            SettingPath.Of("rocket.log.level"),
            null,
            ("debug", LogEventLevel.Debug),
            ("info", LogEventLevel.Information),
            ("warning", LogEventLevel.Warning),
            ("error", LogEventLevel.Error)),
        reader.Choice<LogEventLevel?>(
            SettingPath.Of("akka.loglevel"),
            null,
            ("DEBUG", LogEventLevel.Debug),
            ("INFO", LogEventLevel.Information),
            ("WARNING", LogEventLevel.Warning),
            ("ERROR", LogEventLevel.Error),
            ("OFF", null)),
        reader.Size(SettingPath.Of("rocket.log.max-size"), "1 MiB", "10 GiB"),
        reader.Number(SettingPath.Of("rocket.log.retained-files"), 1, 1000));

    private List<BrokerSettings> ReadBrokers(string nodeName, SortedDictionary<string, string> voters)
    {
        var brokers = new List<BrokerSettings>();
        foreach (var name in reader.NamesIn(Brokers))
        {
            if (Names.RefuseName(name) is { } wanted)
            {
                reader.AddError($"{reader.Find(Brokers.Under(name))!.Place}: {Brokers.Under(name)}: a broker's name {wanted}");
            }

            brokers.Add(new BrokerSettingsReader(reader, name, nodeName, voters).Read());
        }

        // Among several nodes one may hold no data: a witness.
        if (brokers.Count == 0 && voters.Count == 1)
        {
            reader.AddError($"{reader.Find(Brokers)?.Place ?? "--set"}: {Brokers} names no broker; a node holds at least one");
        }

        return brokers;
    }

    private string? ReadPath(SettingPath key, bool mayBeEmpty = false)
    {
        var text = reader.Text(
            key,
            path => path.Contains('\0', StringComparison.Ordinal) || (path.Length == 0 && !mayBeEmpty) ? "wants a path" : null);
        return text.Length == 0 ? null : Path.GetFullPath(text, currentDirectory);
    }
}

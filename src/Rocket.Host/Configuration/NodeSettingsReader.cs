using Rocket.Actors.Cluster;
using Serilog.Events;

namespace Rocket.Host.Configuration;

/// <summary>Turns the keys under <c>rocket</c> into the settings records.</summary>
internal sealed class NodeSettingsReader(SettingsReader reader, string currentDirectory)
{
    // Node link of a node whose voters are not given: the port that DESIGN's port table keeps for it.
    private const int DefaultLinkPort = 10912;

    private static readonly SettingPath Voters = SettingPath.Of("rocket.voters");
    private static readonly SettingPath Brokers = SettingPath.Of("rocket.brokers");

    /// <summary>The node with its brokers and limits.</summary>
    public NodeSettings ReadNode()
    {
        var nodeName = reader.Text(SettingPath.Of("rocket.node-name"), Names.RefuseName);
        var advertisedHost = reader.Text(SettingPath.Of("rocket.advertised-host"), Names.RefuseAdvertisedHost);
        return new NodeSettings(
            reader.Text(SettingPath.Of("rocket.cluster-name"), Names.RefuseName),
            nodeName,
            reader.Text(SettingPath.Of("rocket.bind-host"), Names.RefuseBindHost),
            advertisedHost,
            ReadPath(SettingPath.Of("rocket.data-dir")) ?? currentDirectory,
            reader.Number(SettingPath.Of("rocket.name-server.port"), 1, 65535),
            ReadVoters(nodeName, advertisedHost),
            ReadBrokers(nodeName),
            LimitSettingsReader.Read(reader));
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

    private Dictionary<string, string> ReadVoters(string nodeName, string advertisedHost)
    {
        var voters = new Dictionary<string, string>();
        foreach (var name in reader.NamesIn(Voters))
        {
            var path = Voters.Under(name);
            if (name != nodeName)
            {
                reader.Refuse(
                    reader.Find(path)!,
                    $"replication between nodes is not in this version: only this node, {nodeName}, may stand here");
            }

            voters[name] = reader.Text(path, Names.RefuseLinkAddress);
        }

        if (voters.Count == 0)
        {
            voters[nodeName] = $"{advertisedHost}:{DefaultLinkPort}";
        }

        return voters;
    }

    private List<BrokerSettings> ReadBrokers(string nodeName)
    {
        var brokers = new List<BrokerSettings>();
        foreach (var name in reader.NamesIn(Brokers))
        {
            if (Names.RefuseName(name) is { } wanted)
            {
                reader.AddError($"{reader.Find(Brokers.Under(name))!.Place}: {Brokers.Under(name)}: a broker's name {wanted}");
            }

            brokers.Add(new BrokerSettingsReader(reader, name, nodeName).Read());
        }

        if (brokers.Count == 0)
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

using Rocket.Actors.Cluster;
using Rocket.Actors.Schedules;
using Rocket.Actors.Transactions;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Configuration;

/// <summary>Reads one broker's section; what it does not say comes from <c>rocket.broker-defaults</c>.</summary>
internal sealed class BrokerSettingsReader(SettingsReader reader, string name, string nodeName, IReadOnlyDictionary<string, string> voters)
{
    private static readonly SettingPath Defaults = SettingPath.Of("rocket.broker-defaults");

    private readonly SettingPath _section = SettingPath.Of("rocket", "brokers", name);

    /// <summary>The broker's settings.</summary>
    public BrokerSettings Read()
    {
        var settings = ReadAlone();
        return settings with
        {
            Role = reader.Choice(
                Own("broker-role"), Inherited("broker-role"), ("async-master", BrokerRole.AsyncMaster), ("sync-master", BrokerRole.SyncMaster)),
            SlaveTimeout = reader.Duration(Own("slave-timeout"), "100 ms", "60 s", Inherited("slave-timeout")),
            MinInSync = ReadMinInSync(settings.Replicas.Count),
            IsrLagMax = reader.Duration(Own("isr-lag-max"), "500 ms", "60 s", Inherited("isr-lag-max")),
            DegradeAfter = reader.Duration(Own("degrade-after"), "500 ms", "1 h", Inherited("degrade-after")),
            DelayLevels = ReadDelayLevels(),
            TimerMaxDelay = reader.Duration(Own("timer-max-delay"), "1 s", "40 d", Inherited("timer-max-delay")),
            Transactions = new TransactionSettings(
                reader.Duration(Own("transaction-timeout"), "1 s", "1 d", Inherited("transaction-timeout")),
                reader.Number(Own("transaction-check-max"), 1, 10_000, Inherited("transaction-check-max")),
                reader.Duration(Own("transaction-check-interval"), "1 s", "1 d", Inherited("transaction-check-interval"))),
            StoreReplyMessageEnable = reader.Switch(Own("store-reply-message-enable"), Inherited("store-reply-message-enable")),
            Permission = reader.Choice(
                Own("broker-permission"), Inherited("broker-permission"), ("read-write", TopicPermission.ReadWrite), ("read-only", TopicPermission.Read),
                ("write-only", TopicPermission.Write)),
            SlaveReadEnable = reader.Switch(Own("slave-read-enable"), Inherited("slave-read-enable")),
            EnablePropertyFilter = reader.Switch(Own("enable-property-filter"), Inherited("enable-property-filter")),
            AccessMessageInMemoryMaxRatio = reader.Number(
                Own("access-message-in-memory-max-ratio"), 0, 100, Inherited("access-message-in-memory-max-ratio")),
        };
    }

    private BrokerSettings ReadAlone() => new(
        name,
        ReadPort(),
        ReadReplicas(),
        reader.Choice(
            Own("flush-disk-type"),
            Inherited("flush-disk-type"),
            ("async-flush", FlushDiskType.AsyncFlush),
            ("sync-flush", FlushDiskType.SyncFlush)),
        reader.Duration(Own("flush-interval"), "10 ms", "60 s", Inherited("flush-interval")),
        reader.Duration(Own("sync-flush-timeout"), "100 ms", "60 s", Inherited("sync-flush-timeout")),
        reader.Number(Own("default-topic-queue-nums"), 1, 1024, Inherited("default-topic-queue-nums")),
        reader.Switch(Own("auto-create-topic-enable"), Inherited("auto-create-topic-enable")),
        reader.Switch(Own("auto-create-subscription-group"), Inherited("auto-create-subscription-group")),
        reader.Switch(Own("trace-topic-enable"), Inherited("trace-topic-enable")),
        reader.Switch(Own("vip-port-enable"), Inherited("vip-port-enable")),
        reader.Size(Own("segment-size"), "1 MiB", "1 GiB", Inherited("segment-size")),
        (int)reader.Size(Own("max-message-size"), "1 KiB", "32 MiB", Inherited("max-message-size")),
        reader.Switch(Own("long-polling-enable"), Inherited("long-polling-enable")))
    {
        Retention = new RetentionSettingsReader(reader, Own, Inherited).Read(),
    };

    private int ReadMinInSync(int replicas)
    {
        const int most = 16;
        var count = reader.Number(Own("min-in-sync"), 1, most, Inherited("min-in-sync"));
        if (count > replicas && count <= most)
        {
            reader.Refuse(
                reader.Find(Own("min-in-sync"), Inherited("min-in-sync"))!,
                $"wants at most the number of replicas of {name}, {replicas}: with fewer, no send is ever answered SEND_OK");
        }

        return count;
    }

    private DelayLevels ReadDelayLevels()
    {
        var text = reader.Text(
            Own("message-delay-level"), text => DelayLevels.TryParse(text, out _, out var mistake) ? null : mistake, Inherited("message-delay-level"));
        return text is not null && DelayLevels.TryParse(text, out var levels, out _) ? levels : DelayLevels.Default;
    }

    private SettingPath Own(string key) => _section.Under(key);

    private static SettingPath Inherited(string key) => Defaults.Under(key);

    private int ReadPort()
    {
        if (reader.Find(Own("port")) is null)
        {
            reader.AddError($"{reader.Find(_section)!.Place}: {_section} has no port; wanted: port = 10911, say");
            return 1;
        }

        return reader.Number(Own("port"), 1, 65535);
    }

    private IReadOnlyList<string> ReadReplicas()
    {
        var replicas = reader.List(Own("replicas"));
        if (replicas.Count == 0)
        {
            return [nodeName];
        }

        if (replicas.FirstOrDefault(node => !voters.ContainsKey(node)) is { } unknown)
        {
            reader.Refuse(reader.Find(Own("replicas"))!, $"{unknown} is none of the nodes in rocket.voters ({string.Join(", ", voters.Keys)})");
        }
        else if (replicas.Distinct().Count() != replicas.Count)
        {
            reader.Refuse(reader.Find(Own("replicas"))!, "names a node twice");
        }
        else if (!replicas.Contains(nodeName))
        {
            reader.Refuse(reader.Find(Own("replicas"))!, $"this node, {nodeName}, is not among them; a broker stands in the files of those nodes only that hold a copy");
        }

        return replicas;
    }
}

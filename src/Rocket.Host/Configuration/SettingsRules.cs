using Rocket.Actors.Cluster;

namespace Rocket.Host.Configuration;

/// <summary>What must hold between settings that are each right by themselves.</summary>
internal sealed class SettingsRules(SettingsReader reader, NodeSettings node, OperatorSettings operators)
{
    // A stored message is its body and at most this much else: topic 127, properties 32 767, fixed fields and record header below 300 bytes.
    private const long BesideTheBody = 64 * 1024;

    // Port - 2 is the VIP port.
    private const int VipDistance = 2;

    private static readonly SettingPath Limits = SettingPath.Of("rocket.limits");
    private static readonly SettingPath Defaults = SettingPath.Of("rocket.broker-defaults");

    /// <summary>Adds a line to the reader's errors for each rule that is broken.</summary>
    public void Check(int akkaPort)
    {
        CheckPorts(akkaPort);
        CheckSizes();
        CheckRatios();
    }

    private void CheckPorts(int akkaPort)
    {
        var users = new Dictionary<int, string>();
        Claim(SettingPath.Of("rocket.name-server.port"), node.NameServerPort);
        foreach (var broker in node.Brokers)
        {
            var port = SettingPath.Of("rocket", "brokers", broker.Name, "port");
            Claim(port, broker.Port);
            if (!broker.VipPortEnable)
            {
                continue;
            }

            if (broker.Port <= VipDistance)
            {
                reader.Refuse(reader.Find(port)!, "wants at least 3 when vip-port-enable is on, since it opens port - 2");
            }
            else
            {
                Claim(port, broker.Port - VipDistance, " - 2 for vip-port-enable");
            }
        }

        // A lone node has nobody to link to.
        if (!node.IsAlone)
        {
            Claim(LinkSettingsReader.Port, node.Links.Port);
        }

        if (operators.Port != 0)
        {
            Claim(OperatorSettings.PortKey, operators.Port);
        }

        if (OperatorSettings.HasPetabridgeCmd && operators.PetabridgeCmdPort != 0)
        {
            Claim(OperatorSettings.PetabridgeCmdPortKey, operators.PetabridgeCmdPort);
        }

        // 0: any free one.
        if (akkaPort != 0)
        {
            Claim(AkkaSettings.Port, akkaPort);
        }

        void Claim(SettingPath path, int port, string note = "")
        {
            var user = $"{path}{note} ({reader.Find(path)!.Place})";
            if (!users.TryAdd(port, user))
            {
                reader.AddError($"port {port} is wanted twice: by {users[port]} and by {user}");
            }
        }
    }

    private void CheckSizes()
    {
        if (node.Limits.ReceiveBufferTotalBytes < node.Limits.MaxFrameBytes)
        {
            reader.Refuse(reader.Find(Limits.Under("receive-buffer-total"))!, $"wants at least {Limits}.max-frame-size = {Show("max-frame-size")}");
        }

        foreach (var broker in node.Brokers)
        {
            var found = Effective(broker, "max-message-size");
            if (broker.MaxMessageSize + BesideTheBody + node.Limits.MaxHeaderBytes > node.Limits.MaxFrameBytes)
            {
                reader.Refuse(found, $"such a message, its header and 64 KiB do not fit in {Limits}.max-frame-size = {Show("max-frame-size")}");
            }

            if (broker.MaxMessageSize + BesideTheBody > broker.SegmentSize)
            {
                reader.Refuse(found, $"such a message and 64 KiB do not fit in segment-size = {Effective(broker, "segment-size").Text}");
            }

            if (broker.MaxMessageSize + BesideTheBody > node.Limits.QueueOutstandingBytes)
            {
                reader.Refuse(found, $"such a message and 64 KiB do not fit in {Limits}.queue-outstanding-size = {Show("queue-outstanding-size")}");
            }
        }

        string Show(string limit) => reader.Find(Limits.Under(limit))!.Text;
    }

    private void CheckRatios()
    {
        foreach (var broker in node.Brokers)
        {
            var retention = broker.Retention;
            CheckOrder(broker, "disk-max-used-space-ratio", retention.DiskMaxUsedSpaceRatio, "disk-clean-forcibly-ratio", retention.DiskCleanForciblyRatio);
            CheckOrder(broker, "disk-clean-forcibly-ratio", retention.DiskCleanForciblyRatio, "disk-refuse-writes-ratio", retention.DiskRefuseWritesRatio);
        }
    }

    private void CheckOrder(BrokerSettings broker, string lower, int low, string higher, int high)
    {
        if (high < low)
        {
            reader.Refuse(Effective(broker, higher), $"wants at least {lower} = {Effective(broker, lower).Text}");
        }
    }

    private FoundValue Effective(BrokerSettings broker, string key) =>
        reader.Find(SettingPath.Of("rocket", "brokers", broker.Name, key), Defaults.Under(key))!;
}

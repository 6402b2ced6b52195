using Rocket.Actors.Cluster;

namespace Rocket.Host.Configuration;

/// <summary>Reads <c>rocket.limits</c>.</summary>
internal static class LimitSettingsReader
{
    private static readonly SettingPath Limits = SettingPath.Of("rocket.limits");

    /// <summary>The limits of the node.</summary>
    public static LimitSettings Read(SettingsReader reader) => new(
        (int)reader.Size(Limits.Under("max-frame-size"), "256 KiB", "64 MiB"),
        (int)reader.Size(Limits.Under("max-header-size"), "40 KiB", "1 MiB"),
        reader.Number(Limits.Under("max-connections"), 10, 1_000_000),
        reader.Size(Limits.Under("connection-outstanding-size"), "64 KiB", "1 GiB"),
        reader.Duration(Limits.Under("write-timeout"), "1 s", "1 h"),
        reader.Size(Limits.Under("queue-outstanding-size"), "1 MiB", "1 GiB"),
        reader.Number(Limits.Under("waiting-pulls-per-queue"), 1, 1_000_000),
        reader.Number(Limits.Under("max-topics"), 16, 1_000_000),
        reader.Number(Limits.Under("max-queues-per-topic"), 1, 65536),
        reader.Number(Limits.Under("max-consumer-groups"), 16, 1_000_000),
        reader.Number(Limits.Under("max-subscriptions-per-heartbeat"), 1, 1_000_000),
        reader.Duration(Limits.Under("idle-timeout"), "1 s", "1 d"),
        reader.Duration(Limits.Under("handshake-timeout"), "1 s", "1 h"),
        reader.Duration(Limits.Under("client-expiry"), "1 s", "1 d"),
        reader.Number(Limits.Under("max-open-files"), 64, 1_000_000))
    {
        FrameTimeout = reader.Duration(Limits.Under("frame-timeout"), "1 s", "1 h"),
        ReceiveBufferTotalBytes = reader.Size(Limits.Under("receive-buffer-total"), "1 MiB", "64 GiB"),
        SendBufferTotalBytes = reader.Size(Limits.Under("send-buffer-total"), "1 MiB", "64 GiB"),
        OutstandingTotalBytes = reader.Size(Limits.Under("outstanding-total"), "1 MiB", "64 GiB"),
        MaxSubscriptions = reader.Number(Limits.Under("max-subscriptions"), 1, 100_000_000),
        MaxOpenTransactions = reader.Number(Limits.Under("max-open-transactions"), 1, 100_000_000),
        MaxKeyValues = reader.Number(Limits.Under("max-key-values"), 16, 20_000),
        MaxKeyValueBytes = (int)reader.Size(Limits.Under("max-key-value-size"), "1 KiB", "32 KiB"),
        ClientLogLines = reader.Number(Limits.Under("client-log-lines"), 1, 1_000_000),
    };
}

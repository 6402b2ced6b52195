using Rocket.Actors.Cluster;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>Settings of a node with one broker, small enough for tests.</summary>
internal static class TestSettings
{
    public const string Broker = "broker-a";

    /// <summary>Topics that every broker has from its start.</summary>
    public static int SystemTopics { get; } = TopicCreation.OfTheStart(ForBroker(), "DefaultCluster").Count();

    public static BrokerSettings ForBroker(FlushDiskType flush = FlushDiskType.AsyncFlush) => new(
        Broker,
        Port: 10911,
        Replicas: ["node1"],
        flush,
        FlushInterval: TimeSpan.FromMilliseconds(50),
        SyncFlushTimeout: TimeSpan.FromSeconds(5),
        DefaultTopicQueueNums: 8,
        AutoCreateTopicEnable: true,
        AutoCreateSubscriptionGroup: true,
        TraceTopicEnable: false,
        VipPortEnable: false,
        SegmentSize: 8 << 20,
        MaxMessageSize: 4 << 20,
        LongPollingEnable: true);

    public static LimitSettings Limits { get; } = new(
        MaxFrameBytes: 1 << 20,
        MaxHeaderBytes: 1 << 16,
        MaxConnections: 100,
        ConnectionOutstandingBytes: 1 << 20,
        WriteTimeout: TimeSpan.FromSeconds(30),
        QueueOutstandingBytes: 32 << 20,
        WaitingPullsPerQueue: 3,
        MaxTopics: 100_000,
        MaxQueuesPerTopic: 16,
        MaxConsumerGroups: 100_000,
        MaxSubscriptionsPerHeartbeat: 10,
        IdleTimeout: TimeSpan.FromSeconds(120),
        HandshakeTimeout: TimeSpan.FromSeconds(10),
        ClientExpiry: TimeSpan.FromSeconds(120),
        MaxOpenFiles: 256);

    public static NodeSettings ForNode(params BrokerSettings[] brokers) => new(
        "DefaultCluster",
        "node1",
        "127.0.0.1",
        "127.0.0.1",
        "unused",
        9876,
        new Dictionary<string, string> { ["node1"] = "127.0.0.1:10912" },
        brokers,
        Limits);
}

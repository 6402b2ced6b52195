using Rocket.Actors.Retention;
using Rocket.Actors.Schedules;
using Rocket.Actors.Transactions;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Cluster;

/// <summary>When a stored message counts as safe on this node's disk (RocketMQ: flushDiskType).</summary>
public enum FlushDiskType
{
    /// <summary>Answered once it is written; flushed within <see cref="BrokerSettings.FlushInterval"/>.</summary>
    AsyncFlush,

    /// <summary>Answered once it is flushed; what queued up meanwhile shares one flush.</summary>
    SyncFlush,
}

/// <summary>What a send waits for on the other nodes that hold a copy (RocketMQ: brokerRole).</summary>
public enum BrokerRole
{
    /// <summary>Nothing: answered once this node has it.</summary>
    AsyncMaster,

    /// <summary>Answered once every copy of the in-sync set has it too.</summary>
    SyncMaster,
}

/// <summary>
/// Everything that one broker (a replica group with a broker name) may be told, with HOCON's <c>broker-defaults</c> already applied.
/// </summary>
/// <param name="Name">Broker name, as clients see it in routes.</param>
/// <param name="Port">Port of this broker's listener on this node; the listener says which broker a request means.</param>
/// <param name="Replicas">Names of the nodes that hold a copy; the first is the preferred master.</param>
/// <param name="FlushDiskType">flushDiskType.</param>
/// <param name="FlushInterval">Longest time that a written record stays unflushed under async-flush (flushIntervalCommitLog).</param>
/// <param name="SyncFlushTimeout">How long a send waits for its flush under sync-flush before it is answered 10 (syncFlushTimeout).</param>
/// <param name="DefaultTopicQueueNums">Queues of the template topic TBW102 (defaultTopicQueueNums).</param>
/// <param name="AutoCreateTopicEnable">Whether TBW102 exists, so that a send creates its topic (autoCreateTopicEnable).</param>
/// <param name="AutoCreateSubscriptionGroup">Whether an unknown consumer group is created (autoCreateSubscriptionGroup).</param>
/// <param name="TraceTopicEnable">Whether RMQ_SYS_TRACE_TOPIC exists from the start (traceTopicEnable).</param>
/// <param name="VipPortEnable">Whether the listener on Port − 2 for clients older than 4.5.1 is opened.</param>
/// <param name="SegmentSize">Bytes after which a queue's log starts a new file (mapedFileSizeCommitLog).</param>
/// <param name="MaxMessageSize">Greatest message body in bytes (maxMessageSize).</param>
/// <param name="LongPollingEnable">Whether a pull without messages is held (longPollingEnable); off: held for one second.</param>
public sealed record BrokerSettings(
    string Name,
    int Port,
    IReadOnlyList<string> Replicas,
    FlushDiskType FlushDiskType,
    TimeSpan FlushInterval,
    TimeSpan SyncFlushTimeout,
    int DefaultTopicQueueNums,
    bool AutoCreateTopicEnable,
    bool AutoCreateSubscriptionGroup,
    bool TraceTopicEnable,
    bool VipPortEnable,
    long SegmentSize,
    int MaxMessageSize,
    bool LongPollingEnable)
{
    /// <summary>What is deleted when, and when the disk is too full.</summary>
    public RetentionSettings Retention { get; init; } = RetentionSettings.Default;

    /// <summary>What a send waits for (brokerRole).</summary>
    public BrokerRole Role { get; init; } = BrokerRole.AsyncMaster;

    /// <summary>How long a send waits for its copies as a sync-master before it is answered 12 (slaveTimeout).</summary>
    public TimeSpan SlaveTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>As a sync-master with fewer nodes in sync, this one included, sends are answered 11 (minInSyncReplicas).</summary>
    public int MinInSync { get; init; } = 1;

    /// <summary>So long a copy in sync may acknowledge nothing although it lacks something, before its removal is proposed (haMaxTimeSlaveNotCatchup).</summary>
    public TimeSpan IsrLagMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Under manual failover: so long a master waits for a copy that it cannot have removed, before it goes on alone.</summary>
    public TimeSpan DegradeAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether answers to request messages are stored besides being pushed (storeReplyMessageEnable).</summary>
    public bool StoreReplyMessageEnable { get; init; } = true;

    /// <summary>Whether copies serve reads of a broker whose master is busy or gone (slaveReadEnable).</summary>
    public bool SlaveReadEnable { get; init; }

    /// <summary>How long delayed messages of each level wait (messageDelayLevel).</summary>
    public DelayLevels DelayLevels { get; init; } = DelayLevels.Default;

    /// <summary>The longest that a message may be delayed by a time of its own (timerMaxDelaySec).</summary>
    public TimeSpan TimerMaxDelay { get; init; } = TimeSpan.FromDays(3);

    /// <summary>When producers are asked about their transactions.</summary>
    public TransactionSettings Transactions { get; init; } = TransactionSettings.Default;

    /// <summary>Whether consumers may filter by properties, with SQL92 expressions (enablePropertyFilter).</summary>
    public bool EnablePropertyFilter { get; init; } = true;

    /// <summary>What clients may do with the broker (brokerPermission): bits of <see cref="TopicPermission"/>, read, write or both.</summary>
    public int Permission { get; init; } = TopicPermission.ReadWrite;

    /// <summary>Whether clients are told that they may send to the broker.</summary>
    public bool IsWritable => (Permission & TopicPermission.Write) != 0;

    /// <summary>Whether clients may pull from the broker.</summary>
    public bool IsReadable => (Permission & TopicPermission.Read) != 0;

    /// <summary>Percent of the memory in which the newest messages are taken to be still cached (accessMessageInMemoryMaxRatio).</summary>
    public int AccessMessageInMemoryMaxRatio { get; init; } = 40;
}

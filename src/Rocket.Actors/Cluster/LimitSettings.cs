namespace Rocket.Actors.Cluster;

/// <summary>Bounds on what the outside may ask of a node; each has a clear answer when it is met.</summary>
/// <param name="MaxFrameBytes">Greatest frame, without its length field; a longer one closes the connection.</param>
/// <param name="MaxHeaderBytes">Greatest header within a frame; a longer one closes the connection.</param>
/// <param name="MaxConnections">Connections over all listeners; further ones are closed at once.</param>
/// <param name="ConnectionOutstandingBytes">Bytes of requests that one connection may have unanswered; reading pauses above it.</param>
/// <param name="WriteTimeout">A client that takes none of the answers waiting for it for so long is disconnected.</param>
/// <param name="QueueOutstandingBytes">Bytes that may wait to be written to one queue; above it sends are answered 2.</param>
/// <param name="WaitingPullsPerQueue">Pulls held per queue; further ones are answered 19 at once.</param>
/// <param name="MaxTopics">Topics per broker, retry topics included.</param>
/// <param name="MaxQueuesPerTopic">Read or write queues of one topic.</param>
/// <param name="MaxConsumerGroups">Subscription groups per broker.</param>
/// <param name="MaxSubscriptionsPerHeartbeat">Subscriptions that one heartbeat may carry.</param>
/// <param name="IdleTimeout">A connection without traffic for so long is closed.</param>
/// <param name="HandshakeTimeout">A new connection must send its first complete frame within this time.</param>
/// <param name="ClientExpiry">A client without heartbeat for so long is forgotten.</param>
/// <param name="MaxOpenFiles">Files that the storage keeps open at once; more are closed and reopened on demand.</param>
public sealed record LimitSettings(
    int MaxFrameBytes,
    int MaxHeaderBytes,
    int MaxConnections,
    long ConnectionOutstandingBytes,
    TimeSpan WriteTimeout,
    long QueueOutstandingBytes,
    int WaitingPullsPerQueue,
    int MaxTopics,
    int MaxQueuesPerTopic,
    int MaxConsumerGroups,
    int MaxSubscriptionsPerHeartbeat,
    TimeSpan IdleTimeout,
    TimeSpan HandshakeTimeout,
    TimeSpan ClientExpiry,
    int MaxOpenFiles)
{
    /// <summary>A frame that has begun must be complete within this time.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of large frames on their way in, over all connections; above it the next one is read later.</summary>
    public long ReceiveBufferTotalBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of large answers on their way out, over all connections; above it the next one is written later.</summary>
    public long SendBufferTotalBytes { get; init; } = 256 << 20;

    /// <summary>Bytes of unanswered requests over all connections; above it those with more than their share are not read.</summary>
    public long OutstandingTotalBytes { get; init; } = 512 << 20;

    /// <summary>Groups and subscriptions of all clients of the node together; a heartbeat that would add more is refused.</summary>
    public int MaxSubscriptions { get; init; } = 500_000;

    /// <summary>Half messages of one broker that are not settled; a further one is refused.</summary>
    public int MaxOpenTransactions { get; init; } = 500_000;

    /// <summary>Settings that the name server keeps, deleted ones that are still remembered included; a further one is refused.</summary>
    public int MaxKeyValues { get; init; } = 10_000;

    /// <summary>Bytes of one of these settings, its namespace, key and value together; a longer one is refused.</summary>
    public int MaxKeyValueBytes { get; init; } = 16 << 10;

    /// <summary>Log lines about clients in one minute; further ones are counted.</summary>
    public int ClientLogLines { get; init; } = 100;
}

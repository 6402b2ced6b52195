namespace Rocket.Protocol.Headers;

/// <summary>The <c>version</c> of a header: the ordinal of a RocketMQ release. Peers switch behaviour on a few of them.</summary>
public static class ProtocolVersion
{
    /// <summary>From here on a client takes requests 220 and 221 (3.0.7-SNAPSHOT).</summary>
    public const int OffsetReset = 28;

    /// <summary>From here on a client takes requests 307 and 309 (3.1.8-SNAPSHOT).</summary>
    public const int RelayedRequests = 62;

    /// <summary>From here on a client's <c>maxReconsumeTimes</c> is honoured by requests 36 and 310 (3.4.9).</summary>
    public const int ClientRetryLimit = 121;

    /// <summary>A client refuses an SQL92 subscription to a broker that answers its heartbeat with less (4.1.0-SNAPSHOT).</summary>
    public const int SqlFilter = 232;

    /// <summary>From here on a client wants standard JSON in routes (4.9.4).</summary>
    public const int StandardJsonRoutes = 401;

    /// <summary>What Rocket says it is: RocketMQ 4.9.8.</summary>
    public const int Advertised = 409;
}

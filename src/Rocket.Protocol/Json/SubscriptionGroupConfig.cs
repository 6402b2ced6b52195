namespace Rocket.Protocol.Json;

/// <summary>A consumer group as tools see it; body of 200.</summary>
public sealed record SubscriptionGroupConfig
{
    public long BrokerId { get; init; }

    public bool ConsumeBroadcastEnable { get; init; } = true;

    public bool ConsumeEnable { get; init; } = true;

    public bool ConsumeFromMinEnable { get; init; } = true;

    public string GroupName { get; init => field = value ?? string.Empty; } = string.Empty;

    public bool NotifyConsumerIdsChangedEnable { get; init; } = true;

    /// <summary>Retries before a message goes to the dead-letter topic.</summary>
    public int RetryMaxTimes { get; init; } = 16;

    public int RetryQueueNums { get; init; } = 1;

    /// <summary>Broker id to suggest to a consumer that lags behind.</summary>
    public long WhichBrokerWhenConsumeSlowly { get; init; } = 1;
}

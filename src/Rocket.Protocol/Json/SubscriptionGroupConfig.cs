using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>A consumer group as tools see it; body of 200. What a tool leaves out is as good as the default.</summary>
/// <param name="ConsumeBroadcastEnable">Whether its members may consume in BROADCASTING.</param>
/// <param name="RetryMaxTimes">Retries before a message goes to the dead-letter topic.</param>
/// <param name="RetryQueueNums">Queues of its retry topic.</param>
/// <param name="WhichBrokerWhenConsumeSlowly">Broker id to suggest to a consumer that lags behind.</param>
public sealed record SubscriptionGroupConfig(
    long BrokerId = 0,
    bool ConsumeBroadcastEnable = true,
    bool ConsumeEnable = true,
    bool ConsumeFromMinEnable = true,
    string GroupName = "",
    bool NotifyConsumerIdsChangedEnable = true,
    int RetryMaxTimes = 16,
    int RetryQueueNums = 1,
    long WhichBrokerWhenConsumeSlowly = 1)
{
    /// <summary>Members that are not named here; 5.x has some, which mean nothing to 4.x.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? More { get; set; }

    /// <summary>The group's name; never null.</summary>
    public string GroupName { get; init => field = value ?? string.Empty; } = GroupName ?? string.Empty;
}

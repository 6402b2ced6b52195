using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rocket.Actors.Groups;

/// <summary>What a broker knows of a consumer group (RocketMQ: SubscriptionGroupConfig); the defaults are RocketMQ's.</summary>
/// <param name="GroupName">Consumer group, 1 to 255 characters.</param>
/// <param name="ConsumeEnable">Whether the group may pull.</param>
/// <param name="ConsumeFromMinEnable">Kept and handed out as it came.</param>
/// <param name="ConsumeBroadcastEnable">Whether the group may pull in broadcasting mode.</param>
/// <param name="RetryQueueNums">Queues of %RETRY%group; 0 or less: messages that are sent back are dropped.</param>
/// <param name="RetryMaxTimes">Deliveries that may fail before a message goes to %DLQ%group.</param>
/// <param name="BrokerId">Broker id that the group consumes from when it is not slow.</param>
/// <param name="WhichBrokerWhenConsumeSlowly">Broker id suggested to a consumer that lags far behind.</param>
/// <param name="NotifyConsumerIdsChangedEnable">Whether members are told at once that the member list changed (code 40).</param>
/// <param name="More">Members of a tool's own that mean nothing here (5.x has some), as one JSON object; kept and handed out as they came. Null: none.</param>
public sealed record SubscriptionGroupConfig(
    string GroupName,
    bool ConsumeEnable = true,
    bool ConsumeFromMinEnable = true,
    bool ConsumeBroadcastEnable = true,
    int RetryQueueNums = 1,
    int RetryMaxTimes = 16,
    long BrokerId = 0,
    long WhichBrokerWhenConsumeSlowly = 1,
    bool NotifyConsumerIdsChangedEnable = true,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? More = null)
{
    /// <summary>Greatest length of <see cref="More"/> in characters.</summary>
    public const int GreatestMore = 2048;

    /// <summary>Members that a newer version stored: kept, so that the next snapshot of this version does not lose them. Set by the deserializer alone.</summary>
    [JsonInclude]
    [JsonExtensionData]
    internal IDictionary<string, JsonElement>? Newer { get; set; }
}

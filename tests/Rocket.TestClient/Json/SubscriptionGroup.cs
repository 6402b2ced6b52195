using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rocket.TestClient.Json;

/// <summary>A consumer group as tools write it (body of 200) and read it; the defaults are those of tools.</summary>
public sealed record SubscriptionGroup(string GroupName)
{
    public long BrokerId { get; init; }

    public bool ConsumeBroadcastEnable { get; init; } = true;

    public bool ConsumeEnable { get; init; } = true;

    public bool ConsumeFromMinEnable { get; init; } = true;

    public bool NotifyConsumerIdsChangedEnable { get; init; } = true;

    public int RetryMaxTimes { get; init; } = 16;

    public int RetryQueueNums { get; init; } = 1;

    public long WhichBrokerWhenConsumeSlowly { get; init; } = 1;

    /// <summary>The body of 200.</summary>
    /// <param name="more">Further members, as 5.x tools send them.</param>
    public byte[] ToJson(params (string Name, JsonNode? Value)[] more) => JsonSerializer.SerializeToUtf8Bytes(ToNode(more));

    /// <summary>The body of 225.</summary>
    public static byte[] ToJson(IEnumerable<SubscriptionGroup> groups) =>
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["groupConfigList"] = new JsonArray([.. groups.Select(group => group.ToNode())]) });

    internal static SubscriptionGroup Parse(JsonElement json) => new(json.Text("groupName"))
    {
        BrokerId = json.Number("brokerId"),
        ConsumeBroadcastEnable = json.GetProperty("consumeBroadcastEnable").GetBoolean(),
        ConsumeEnable = json.GetProperty("consumeEnable").GetBoolean(),
        ConsumeFromMinEnable = json.GetProperty("consumeFromMinEnable").GetBoolean(),
        NotifyConsumerIdsChangedEnable = json.GetProperty("notifyConsumerIdsChangedEnable").GetBoolean(),
        RetryMaxTimes = json.Number("retryMaxTimes"),
        RetryQueueNums = json.Number("retryQueueNums"),
        WhichBrokerWhenConsumeSlowly = json.Number("whichBrokerWhenConsumeSlowly"),
    };

    private JsonObject ToNode(params (string Name, JsonNode? Value)[] more)
    {
        var node = new JsonObject
        {
            ["brokerId"] = BrokerId,
            ["consumeBroadcastEnable"] = ConsumeBroadcastEnable,
            ["consumeEnable"] = ConsumeEnable,
            ["consumeFromMinEnable"] = ConsumeFromMinEnable,
            ["groupName"] = GroupName,
            ["notifyConsumerIdsChangedEnable"] = NotifyConsumerIdsChangedEnable,
            ["retryMaxTimes"] = RetryMaxTimes,
            ["retryQueueNums"] = RetryQueueNums,
            ["whichBrokerWhenConsumeSlowly"] = WhichBrokerWhenConsumeSlowly,
        };
        foreach (var (name, value) in more)
        {
            node[name] = value;
        }

        return node;
    }
}

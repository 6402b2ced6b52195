using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Answers 201: all consumer groups of a broker.</summary>
public sealed record SubscriptionGroupTable
{
    public DataVersion DataVersion { get; init => field = value ?? new DataVersion(); } = new();

    [JsonPropertyName("subscriptionGroupTable")]
    public IReadOnlyDictionary<string, SubscriptionGroupConfig> Groups { get; init => field = BodyLists.WithoutNulls(value); } =
        new Dictionary<string, SubscriptionGroupConfig>();
}

using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Body of 225 (5.x): several consumer groups at once.</summary>
public sealed record SubscriptionGroupList
{
    [JsonPropertyName("groupConfigList")]
    public IReadOnlyList<SubscriptionGroupConfig> Groups { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Answers 38: the client ids of a consumer group. Never partial: two clients would own one queue.</summary>
public sealed record ConsumerIdList
{
    [JsonPropertyName("consumerIdList")]
    public IReadOnlyList<string> ClientIds { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

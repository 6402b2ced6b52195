using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Body of 34: who a client is and what it produces and consumes. Whatever it leaves out is empty here, never null.</summary>
public sealed record HeartbeatData
{
    /// <summary>Such as <c>10.0.0.5@12345</c>; unique among clients.</summary>
    [JsonPropertyName("clientID")]
    public string ClientId { get; init => field = value ?? string.Empty; } = string.Empty;

    public IReadOnlyList<ConsumerData> ConsumerDataSet { get; init => field = BodyLists.WithoutNulls(value); } = [];

    public IReadOnlyList<ProducerData> ProducerDataSet { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

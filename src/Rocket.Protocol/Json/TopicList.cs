using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Answers 206, 224, 304, 305 and their like: names of topics.</summary>
public sealed record TopicList
{
    public string? BrokerAddr { get; init; }

    [JsonPropertyName("topicList")]
    public IReadOnlyList<string> Topics { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Answers 21: all topics of a broker.</summary>
public sealed record TopicConfigTable
{
    public DataVersion DataVersion { get; init => field = value ?? new DataVersion(); } = new();

    [JsonPropertyName("topicConfigTable")]
    public IReadOnlyDictionary<string, TopicConfig> Topics { get; init => field = BodyLists.WithoutNulls(value); }
        = new Dictionary<string, TopicConfig>();
}

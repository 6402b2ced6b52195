using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Answers 300: the groups that consume a topic.</summary>
public sealed record GroupList
{
    [JsonPropertyName("groupList")]
    public IReadOnlyList<string> Groups { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

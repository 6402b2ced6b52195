using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Answers 43: every consumer offset of a broker.</summary>
public sealed record ConsumerOffsetTable
{
    /// <summary>Offsets by queue id, by <c>topic@group</c>.</summary>
    [JsonPropertyName("offsetTable")]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<int, long>> Offsets { get; init => field = BodyLists.WithoutNulls(value); } =
        new Dictionary<string, IReadOnlyDictionary<int, long>>();
}

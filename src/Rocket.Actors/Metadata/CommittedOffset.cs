using System.Text.Json.Serialization;

namespace Rocket.Actors.Metadata;

/// <summary>How far a group has consumed a queue. Its stored names are single letters: an offset commit holds up to thousands of these.</summary>
/// <param name="Group">Consumer group.</param>
/// <param name="Topic">Topic of the queue.</param>
/// <param name="QueueId">Queue id.</param>
/// <param name="Offset">The next queue offset to consume.</param>
public readonly record struct CommittedOffset(
    [property: JsonPropertyName("g")] string Group,
    [property: JsonPropertyName("t")] string Topic,
    [property: JsonPropertyName("q")] int QueueId,
    [property: JsonPropertyName("o")] long Offset);

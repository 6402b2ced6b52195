using System.Text.Json.Serialization;

namespace Rocket.Actors.Metadata;

/// <summary>One group's offsets in one topic, as events and snapshots are stored: names once, then two numbers a queue.</summary>
/// <param name="Group">Consumer group.</param>
/// <param name="Topic">Topic.</param>
/// <param name="QueueIds">Queue ids.</param>
/// <param name="Offsets">The offset of the queue at the same index of <paramref name="QueueIds"/>.</param>
public sealed record TopicOffsets(
    [property: JsonPropertyName("g")] string Group,
    [property: JsonPropertyName("t")] string Topic,
    [property: JsonPropertyName("q")] IReadOnlyList<int> QueueIds,
    [property: JsonPropertyName("o")] IReadOnlyList<long> Offsets)
{
    /// <summary>The offsets one by one.</summary>
    public IEnumerable<CommittedOffset> OneByOne() =>
        QueueIds.Select((queueId, index) => new CommittedOffset(Group, Topic, queueId, Offsets[index]));
}

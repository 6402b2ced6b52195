using System.Text.Json.Serialization;
using Rocket.Actors.Groups;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Schedules;
using Rocket.Actors.Topics;

namespace Rocket.Actors.Metadata;

/// <summary>A broker's whole metadata at one moment. Immutable, so that it may be written while the state goes on.</summary>
/// <param name="Topics">Every topic, by name.</param>
/// <param name="Groups">Every subscription group, by name.</param>
/// <param name="Offsets">Consumer offsets, by group and topic.</param>
/// <param name="NextOrdinal">Ordinal that is given next; higher than any that was ever given, deleted topics included.</param>
/// <param name="Ordinals">Ordinals of the queues that exist, in their order.</param>
/// <param name="Locks">Queue locks.</param>
/// <param name="Timers">What of the timer queue is delivered; null: nothing.</param>
/// <param name="KeyValues">Settings of the name server; null: there are none.</param>
/// <param name="SetAside">What waits in the broker's own queues and could not be delivered, by queue; null: nothing.</param>
public sealed record MetadataSnapshot(
    IReadOnlyList<TopicConfig> Topics,
    IReadOnlyList<SubscriptionGroupConfig> Groups,
    IReadOnlyList<TopicOffsets> Offsets,
    int NextOrdinal,
    IReadOnlyList<QueueOrdinal> Ordinals,
    IReadOnlyList<QueueLock> Locks,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TimerProgress? Timers = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<KeyValueEntry>? KeyValues = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MetadataEvents.MessagesSetAside>? SetAside = null)
{
    /// <summary>The offsets one by one.</summary>
    [JsonIgnore]
    public IEnumerable<CommittedOffset> CommittedOffsets => Offsets.SelectMany(ofTopic => ofTopic.OneByOne());
}

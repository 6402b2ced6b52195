using Rocket.Actors.Queues;

namespace Rocket.Actors.Topics;

/// <summary>A topic that this node leads; immutable.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Queues">Its queues by id, 0 to max(read, write) − 1; null where a queue's log is damaged and not served.</param>
public sealed record TopicHandle(TopicConfig Config, IReadOnlyList<QueueHandle?> Queues);

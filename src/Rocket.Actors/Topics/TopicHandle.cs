using System.Text;
using Rocket.Actors.Queues;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Topics;

/// <summary>A topic that this node leads; immutable.</summary>
/// <param name="Config">Its configuration.</param>
/// <param name="Queues">Its queues by id, 0 to max(read, write) − 1; null where a queue's log is damaged and not served.</param>
public sealed record TopicHandle(TopicConfig Config, IReadOnlyList<QueueHandle?> Queues)
{
    /// <summary>Its name as it stands in messages.</summary>
    public ReadOnlyMemory<byte> Name { get; } = Encoding.UTF8.GetBytes(Config.Topic);

    /// <summary>Whether clients may send to it; the topics that a broker writes itself are not for them.</summary>
    public bool TakesSends { get; } = !SystemTopics.IsForbiddenToClients(Config.Topic);
}

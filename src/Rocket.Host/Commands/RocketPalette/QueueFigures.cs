using Rocket.Actors.Queues;
using Rocket.Actors.Topics;

namespace Rocket.Host.Commands.RocketPalette;

/// <summary>What some queues hold together. Queues whose logs are damaged count as none.</summary>
internal readonly record struct QueueFigures(int Queues, long Messages, long Bytes)
{
    public static QueueFigures Of(IEnumerable<TopicHandle> topics) => Of(topics.SelectMany(topic => topic.Queues));

    public static QueueFigures Of(IEnumerable<QueueHandle?> queues)
    {
        var sum = default(QueueFigures);
        foreach (var queue in queues.OfType<QueueHandle>())
        {
            sum = new QueueFigures(sum.Queues + 1, sum.Messages + MessagesOf(queue), sum.Bytes + queue.StoredBytes);
        }

        return sum;
    }

    /// <summary>Messages of one queue; its two ends are read one after the other, and retention may pass by in between.</summary>
    public static long MessagesOf(QueueHandle queue) => Math.Max(0, queue.VisibleOffset - queue.MinimumOffset);
}

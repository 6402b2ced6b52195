using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Protocol.Messages;

namespace Rocket.Actors.Schedules;

/// <summary>Which queue a message was sent to that waits elsewhere: REAL_TOPIC and REAL_QID.</summary>
internal static class DeliveryTargets
{
    /// <summary>
    /// Finds the queue of a waiting message. One that is not served any more, or that its topic has no more, is replaced by another one of the topic: the order of delayed messages is that
    /// of their times, not that of their queue.
    /// </summary>
    /// <param name="directory">The broker's topics.</param>
    /// <param name="message">What waits.</param>
    /// <param name="attempt">0, and one more for each time that the queue found did not take the message.</param>
    /// <param name="queue">The queue; null: none of the topic is served now.</param>
    /// <returns>False: there is no such topic.</returns>
    public static bool TryFind(BrokerDirectory directory, in MessageView message, int attempt, out QueueHandle? queue)
    {
        queue = null;
        if (!MessageProperties.TryGet(message.Properties, PropertyNames.RealTopic, out var name) || !directory.TryGetTopic(name, out var topic))
        {
            return false;
        }

        var queues = topic.Queues;
        var wanted = QueueIdOf(message) + attempt;
        for (var i = 0; i < queues.Count && queue is null; i++)
        {
            queue = queues[(int)((uint)(wanted + i) % (uint)queues.Count)];
        }

        return true;
    }

    private static int QueueIdOf(in MessageView message) =>
        MessageProperties.TryGet(message.Properties, PropertyNames.RealQueueId, out var digits) && Utf8Parser.TryParse(digits, out int number, out _)
            ? Math.Max(0, number)
            : 0;
}

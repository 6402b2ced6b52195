using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Finds the queue that a request names.</summary>
internal static class QueueLookup
{
    /// <summary>The queue; false when topic or queue do not exist, or its log is damaged.</summary>
    public static bool TryFind(BrokerContext broker, string topic, int queueId, [NotNullWhen(true)] out QueueHandle? queue)
    {
        queue = broker.Directory.TryGetTopic(topic, out var handle) && (uint)queueId < (uint)handle.Queues.Count ? handle.Queues[queueId] : null;
        return queue is not null;
    }

    /// <summary>Whether the topic has this queue, damaged or not.</summary>
    public static bool Exists(BrokerContext broker, string topic, int queueId) =>
        broker.Directory.TryGetTopic(topic, out var handle) && (uint)queueId < (uint)handle.Queues.Count;

    /// <summary>Whether the queue exists but cannot be served.</summary>
    public static bool IsDamaged(BrokerContext broker, string topic, int queueId) =>
        broker.Directory.TryGetTopic(topic, out var handle) && (uint)queueId < (uint)handle.Queues.Count && handle.Queues[queueId] is null;

    /// <summary>
    /// Waits until the broker leads here. False: it does not come to lead; the connection was closed, as the only answer that no client takes for
    /// "no offset".
    /// </summary>
    public static async ValueTask<bool> AwaitLeadingAsync(BrokerContext broker, GatewayConnection connection)
    {
        if (broker.Directory.IsLeading || await broker.Directory.WaitUntilLeading(GatewayEnvironment.LeaderPatience, connection.Closed).ConfigureAwait(false))
        {
            return true;
        }

        connection.Abort(BrokerRemarks.NotLed(broker));
        return false;
    }
}

using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>The last step of a send: its queue is chosen, and the encoded message is offered to it.</summary>
internal static class QueueOffer
{
    /// <param name="send">The encoded send.</param>
    /// <param name="topic">The topic that it goes to.</param>
    /// <param name="queueId">The queue that the client wants; negative: any.</param>
    public static void Offer(PendingSend send, TopicHandle topic, int queueId)
    {
        var config = topic.Config;
        if (queueId < 0 && config.WriteQueueNums > 0)
        {
            queueId = Random.Shared.Next(config.WriteQueueNums);
        }

        if ((uint)queueId >= (uint)topic.Queues.Count)
        {
            send.Refuse(ResponseCode.SystemError, $"request queueId[{queueId}] is illegal, {config} Producer: {send.Connection.RemoteAddress}");
        }
        else if (topic.Queues[queueId] is { } queue)
        {
            Offer(send, queue);
        }
        else
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, BrokerRemarks.Damaged(config.Topic, queueId));
        }
    }

    private static void Offer(PendingSend send, QueueHandle queue)
    {
        send.SetQueueId(queue.Id.Number);
        if (!send.TryOffer(queue))
        {
            send.Refuse(
                ResponseCode.SystemBusy,
                $"[OVERLOAD]system busy, start flow control for a while: {queue.OutstandingBytes} bytes wait to be written to {queue.Id} " +
                "(rocket.limits.queue-outstanding-size)");
        }
    }
}

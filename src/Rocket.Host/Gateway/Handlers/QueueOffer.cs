using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>The first and the last step of a send: its queue is chosen, and the encoded message is offered to it.</summary>
internal static class QueueOffer
{
    /// <summary>Chooses the queue of a topic; null when that went well.</summary>
    /// <param name="send">The send.</param>
    /// <param name="topic">The topic that it goes to.</param>
    /// <param name="wished">The queue that the client wants; negative: any.</param>
    /// <param name="queueId">The queue.</param>
    public static SendRefusal? Choose(PendingSend send, TopicHandle topic, int wished, out int queueId)
    {
        var config = topic.Config;
        queueId = wished < 0 && config.WriteQueueNums > 0 ? Random.Shared.Next(config.WriteQueueNums) : wished;
        return (uint)queueId < (uint)topic.Queues.Count
            ? null
            : new SendRefusal(ResponseCode.SystemError, $"request queueId[{queueId}] is illegal, {config} Producer: {send.Connection.RemoteAddress}");
    }

    /// <param name="send">The encoded send.</param>
    /// <param name="topic">The topic that it is stored in.</param>
    /// <param name="queueId">Its queue there.</param>
    /// <param name="answered">The queue that the client is told: where it sent the message.</param>
    public static void Offer(PendingSend send, TopicHandle topic, int queueId, int answered)
    {
        if (topic.Queues[queueId] is not { } queue)
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, BrokerRemarks.Damaged(topic.Config.Topic, queueId));
            return;
        }

        send.SetQueueId(queueId, answered);
        if (!send.TryOffer(queue))
        {
            send.Refuse(
                ResponseCode.SystemBusy,
                $"[OVERLOAD]system busy, start flow control for a while: {queue.OutstandingBytes} bytes wait to be written to {queue.Id} " +
                "(rocket.limits.queue-outstanding-size)");
        }
    }
}

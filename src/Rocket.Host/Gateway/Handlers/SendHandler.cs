using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>SEND_MESSAGE (10), SEND_MESSAGE_V2 (310) and SEND_BATCH_MESSAGE (320).</summary>
/// <remarks>
/// A message is encoded before its topic is looked for, so that nothing of the request is needed after the first await; a connection waits for the
/// creation of a topic, which keeps the order of its sends.
/// </remarks>
internal sealed class SendHandler : IRequestHandler
{
    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var send = request.Connection.SendPool.Take();
        send.Start(request);
        if (!SendMessageRequest.TryRead(request.Header, out var message, out var error))
        {
            send.Refuse(ResponseCode.SystemError, error);
            return ValueTask.CompletedTask;
        }

        var broker = request.Connection.Listener.Broker!;
        if (!broker.Directory.IsLeading)
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
            return ValueTask.CompletedTask;
        }

        if (!broker.Directory.TryGetTopic(message.Topic, out var topic) && !MayExist(message.Topic, out var refusal))
        {
            send.Refuse(refusal.Code, refusal.Remark);
            return ValueTask.CompletedTask;
        }

        var unfit = message.Batch ? MessageBatch.TryEncode(send, request, message) : SingleMessage.TryEncode(send, request, message);
        if (unfit is { } reason)
        {
            send.Refuse(reason.Code, reason.Remark);
            return ValueTask.CompletedTask;
        }

        if (topic is not null)
        {
            Offer(send, topic, message.QueueId);
            return ValueTask.CompletedTask;
        }

        return CreateTopicAsync(
            send,
            broker,
            Encoding.UTF8.GetString(message.Topic),
            new BrokerProtocol.EnsureTopic(
                Encoding.UTF8.GetString(message.Topic), Encoding.UTF8.GetString(message.DefaultTopic), message.DefaultTopicQueueNums),
            message.QueueId);
    }

    private static bool MayExist(ReadOnlySpan<byte> topic, out SendRefusal refusal)
    {
        refusal = default;
        if (!TopicName.Validate(topic, out var remark))
        {
            refusal = new SendRefusal(ResponseCode.SystemError, remark);
            return false;
        }

        if (SystemTopics.IsForbiddenToClients(topic))
        {
            refusal = new SendRefusal(ResponseCode.NoPermission, SystemTopics.ForbiddenRemark(Encoding.UTF8.GetString(topic)));
            return false;
        }

        return true;
    }

    private static async ValueTask CreateTopicAsync(PendingSend send, BrokerContext broker, string topic, BrokerProtocol.EnsureTopic wish, int queueId)
    {
        // A retry topic comes with its group and the group's number of retry queues.
        var answer = TopicName.IsRetry(topic)
            ? await BrokerQuestions.EnsureGroupAsync(broker, topic[TopicName.RetryPrefix.Length..]).ConfigureAwait(false)
            : await BrokerQuestions.EnsureTopicAsync(broker, wish).ConfigureAwait(false);
        if (answer is BrokerProtocol.Refused refused)
        {
            send.Refuse(refused.Code, refused.Remark);
        }
        else if (broker.Directory.TryGetTopic(topic, out var created))
        {
            Offer(send, created, queueId);
        }
        else
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }
    }

    private static void Offer(PendingSend send, TopicHandle topic, int queueId)
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
                "(rocket.limits.queue-outstanding-bytes)");
        }
    }
}

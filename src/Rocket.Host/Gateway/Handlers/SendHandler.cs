using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
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

        if (broker.Directory.SendRefusal is { } full)
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, full);
            return ValueTask.CompletedTask;
        }

        if (TopicName.IsRetry(message.Topic) && !message.Batch)
        {
            return RetryTopicSend.StoreAsync(send, request, message);
        }

        broker.Directory.TryGetTopic(message.Topic, out var topic);
        if (topic is not { TakesSends: true } && !MayTakeSends(message.Topic, out var refusal))
        {
            send.Refuse(refusal.Code, refusal.Remark);
            return ValueTask.CompletedTask;
        }

        var unfit = message.Batch
            ? MessageBatch.TryEncode(send, request, message)
            : SingleMessage.TryEncode(send, request, message, message.Topic);
        if (unfit is { } reason)
        {
            send.Refuse(reason.Code, reason.Remark);
            return ValueTask.CompletedTask;
        }

        if (topic is not null)
        {
            QueueOffer.Offer(send, topic, message.QueueId);
            return ValueTask.CompletedTask;
        }

        var wish = new BrokerProtocol.EnsureTopic(
            Encoding.UTF8.GetString(message.Topic), Encoding.UTF8.GetString(message.DefaultTopic), message.DefaultTopicQueueNums);
        return CreateTopicAsync(send, broker, wish, message.QueueId);
    }

    private static async ValueTask CreateTopicAsync(PendingSend send, BrokerContext broker, BrokerProtocol.EnsureTopic wish, int queueId)
    {
        switch (await BrokerQuestions.EnsureTopicAsync(broker, wish).ConfigureAwait(false))
        {
            case BrokerProtocol.TopicAvailable available:
                QueueOffer.Offer(send, available.Handle, queueId);
                break;
            case BrokerProtocol.Refused refused:
                send.Refuse(refused.Code, refused.Remark);
                break;
        }
    }

    private static bool MayTakeSends(ReadOnlySpan<byte> topic, out SendRefusal refusal)
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
}

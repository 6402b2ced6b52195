using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>SEND_MESSAGE (10), SEND_MESSAGE_V2 (310) and SEND_BATCH_MESSAGE (320).</summary>
/// <remarks>
/// The connection is inside the broker's door: a send that was let in reaches its queue, even when the master is about to change.
/// A connection reads nothing while it waits for the creation of a topic: that keeps the order of its sends, and the request's bytes.
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
        if (broker.Directory.IsWithoutMajority)
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, BrokerRemarks.WithoutMajority(broker));
            return ValueTask.CompletedTask;
        }

        if (broker.Directory.SendRefusal is { } full)
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, full);
            return ValueTask.CompletedTask;
        }

        if (TopicName.IsRetry(message.Topic))
        {
            return StoreRetryAsync(send, request, message);
        }

        broker.Directory.TryGetTopic(message.Topic, out var topic);
        if (topic is { Config.Order: true } && !broker.Settings.IsWritable)
        {
            send.Refuse(ResponseCode.NoPermission, BrokerRemarks.UnwritableBroker(request.Connection.Environment.Node.Settings.AdvertisedHost));
            return ValueTask.CompletedTask;
        }

        if (topic is not { TakesSends: true } && !MayTakeSends(message.Topic, out var refusal))
        {
            send.Refuse(refusal.Code, refusal.Remark);
            return ValueTask.CompletedTask;
        }

        if (topic is not null)
        {
            Store(send, request, message, topic);
            return ValueTask.CompletedTask;
        }

        var wish = new BrokerProtocol.EnsureTopic(
            Encoding.UTF8.GetString(message.Topic), Encoding.UTF8.GetString(message.DefaultTopic), message.DefaultTopicQueueNums);
        return CreateTopicAsync(send, new GivenRequest(request), wish);
    }

    private ValueTask StoreRetryAsync(PendingSend send, in GatewayRequest request, in SendMessageRequest message)
    {
        if (!message.Batch)
        {
            return RetryTopicSend.StoreAsync(send, this, request, message);
        }

        send.Refuse(ResponseCode.MessageIllegal, "batch request does not support retry group");
        return ValueTask.CompletedTask;
    }

    private static void Store(PendingSend send, in GatewayRequest request, in SendMessageRequest message, TopicHandle topic)
    {
        if (!message.Batch)
        {
            SingleMessage.Store(send, request, message, topic, message.QueueId);
        }
        else if ((QueueOffer.Choose(send, topic, message.QueueId, out var queueId) ?? MessageBatch.TryEncode(send, request, message)) is { } refusal)
        {
            send.Refuse(refusal.Code, refusal.Remark);
        }
        else
        {
            QueueOffer.Offer(send, topic, queueId, queueId);
        }
    }

    private async ValueTask CreateTopicAsync(PendingSend send, GivenRequest request, BrokerProtocol.EnsureTopic wish)
    {
        var answer = await BrokerQuestions.EnsureTopicAsync(request.Connection.Listener.Broker!, wish).ConfigureAwait(false);
        if (!request.Connection.TryEnter())
        {
            // The master changed in between: the send is served anew where the broker is led.
            send.Abandon();
            await request.Connection.ServeUnled(request.Again(), this).ConfigureAwait(false);
            return;
        }

        switch (answer)
        {
            case BrokerProtocol.TopicAvailable available:
                StoreAgain(send, request.Again(), available.Handle);
                break;
            case BrokerProtocol.Refused refused:
                send.Refuse(refused.Code, refused.Remark);
                break;
        }

        request.Connection.Leave();
    }

    private static void StoreAgain(PendingSend send, in GatewayRequest request, TopicHandle topic)
    {
        if (SendMessageRequest.TryRead(request.Header, out var message, out var error))
        {
            Store(send, request, message, topic);
        }
        else
        {
            send.Refuse(ResponseCode.SystemError, error);
        }
    }

    /// <summary>Whether clients may send to a topic that exists or may be made.</summary>
    internal static bool MayTakeSends(ReadOnlySpan<byte> topic, out SendRefusal refusal)
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

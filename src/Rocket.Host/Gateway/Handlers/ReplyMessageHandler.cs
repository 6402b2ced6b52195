using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Rocket.Actors.Clients;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// SEND_REPLY_MESSAGE (324) and SEND_REPLY_MESSAGE_V2 (325): a consumer answers a request message. The answer is pushed to the producer that waits for it, wherever it is connected (326), and stored
/// meanwhile, also when nobody takes it.
/// </summary>
internal sealed class ReplyMessageHandler : IRequestHandler
{
    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        if (!SendMessageRequest.TryRead(request.Header, out var message, out var error))
        {
            answer.Answer(ResponseCode.SystemError, error);
        }
        else if (Refuse(request, message, out var topic) is { } refusal)
        {
            answer.Answer(refusal.Code, refusal.Remark);
        }
        else
        {
            var queueId = message.QueueId < 0 ? Random.Shared.Next(Math.Max(1, topic!.Config.WriteQueueNums)) : message.QueueId;
            _ = AnswerAsync(answer, PushAsync(request, message), Store(request, message, topic!, queueId), queueId);
        }

        return ValueTask.CompletedTask;
    }

    private static SendRefusal? Refuse(in GatewayRequest request, in SendMessageRequest message, out TopicHandle? topic)
    {
        var broker = request.Connection.Listener.Broker!;
        broker.Directory.TryGetTopic(message.Topic, out topic);
        if (topic is not { TakesSends: true } && !SendHandler.MayTakeSends(message.Topic, out var refusal))
        {
            return refusal;
        }

        if (topic is null)
        {
            return new SendRefusal(ResponseCode.TopicNotExist, BrokerRemarks.NoTopic(Encoding.UTF8.GetString(message.Topic)));
        }

        return message.QueueId >= topic.Queues.Count
            ? new SendRefusal(ResponseCode.SystemError, $"request queueId[{message.QueueId}] is illegal, {topic.Config} Producer: {request.Connection.RemoteAddress}")
            : MessageRules.CheckSize(
                request.Body.Length, MessageProperties.StoredLength(message.Properties, request.Connection.Environment.ClusterName), broker.Settings);
    }

    /// <summary>What the push comes to, as RocketMQ says it.</summary>
    private static async Task<SendRefusal?> PushAsync(Task<ClientAnswer> pushing, string clientId)
    {
        var pushed = await pushing.ConfigureAwait(false);
        if (pushed.IsSuccess)
        {
            return null;
        }

        return new SendRefusal(
            ResponseCode.SystemError,
            pushed.Outcome == ClientCallOutcome.NotConnected
                ? $"push reply message fail, channel of <{clientId}> not found."
                : $"push reply message to {clientId}fail.");
    }

    private static Task<SendRefusal?> PushAsync(in GatewayRequest request, in SendMessageRequest message)
    {
        if (!MessageProperties.TryGet(message.Properties, PropertyNames.ReplyToClient, out var replyTo))
        {
            return Task.FromResult<SendRefusal?>(new SendRefusal(ResponseCode.SystemError, "reply message properties[REPLY_TO_CLIENT] is null"));
        }

        var clientId = Encoding.UTF8.GetString(replyTo);
        var push = ClientRequest.Of(RequestCode.PushReplyMessageToClient, HeaderOf(request.Connection, message), request.Body.ToArray());
        return PushAsync(request.Connection.Environment.Calls.CallAsync(clientId, push), clientId);
    }

    private static PushReplyRequest HeaderOf(GatewayConnection connection, in SendMessageRequest message)
    {
        var now = connection.Environment.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var properties = MessageProperties.With(
            message.Properties, PropertyNames.PushReplyTime, Encoding.ASCII.GetBytes(now.ToString(CultureInfo.InvariantCulture)));
        return new PushReplyRequest(
            Encoding.UTF8.GetString(message.ProducerGroup),
            Encoding.UTF8.GetString(message.Topic),
            Encoding.UTF8.GetString(message.DefaultTopic),
            message.DefaultTopicQueueNums,
            message.QueueId,
            message.SysFlag,
            message.BornTimestamp,
            message.Flag,
            Encoding.UTF8.GetString(properties),
            message.ReconsumeTimes,
            message.UnitMode,
            connection.RemoteAddress,
            new IPEndPoint(new IPAddress(connection.Listener.StoreHost), connection.Listener.StorePort).ToString(),
            now);
    }

    /// <summary>Offers it to its queue; null: it is not to be stored.</summary>
    private static StoredReply? Store(in GatewayRequest request, in SendMessageRequest message, TopicHandle topic, int queueId)
    {
        var broker = request.Connection.Listener.Broker!;
        if (!broker.Settings.StoreReplyMessageEnable || broker.Directory.IsWithoutMajority || broker.Directory.SendRefusal is not null)
        {
            return null;
        }

        var reply = new StoredReply(request.Connection);
        reply.Store(request, message, topic, queueId);
        return reply;
    }

    private static async Task AnswerAsync(PendingAnswer answer, Task<SendRefusal?> pushing, StoredReply? reply, int queueId)
    {
        var failure = await pushing.ConfigureAwait(false);
        var isStored = reply is not null && await reply.Stored.ConfigureAwait(false);
        Action<CommandEncoder>? fields = isStored ? reply!.AddReceipt : failure is null ? encoder => AddNoReceipt(encoder, queueId) : null;
        answer.Answer(failure?.Code ?? ResponseCode.Success, failure?.Remark, fields);
    }

    /// <summary>Clients want all of it, also where there is nothing to say.</summary>
    private static void AddNoReceipt(CommandEncoder encoder, int queueId) =>
        SendMessageResponse.AddTo(encoder, "0"u8, queueId, 0, SendMessageResponse.DefaultRegion, traceOn: true);
}

using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// A send to %RETRY%group: what a consumer does with a message that it failed on. The topic comes with the group; a message that was retried too often goes
/// to the group's dead letters instead.
/// </summary>
internal static class RetryTopicSend
{
    /// <summary>Clients from this version on (3.4.9) say themselves how often a message may be retried.</summary>
    private const int VersionWithMaxReconsumeTimes = 121;

    /// <param name="send">The send, started.</param>
    /// <param name="handler">Who serves it anew when the master changes in between.</param>
    /// <param name="request">The request.</param>
    /// <param name="message">What it says.</param>
    public static ValueTask StoreAsync(PendingSend send, IRequestHandler handler, in GatewayRequest request, in SendMessageRequest message) =>
        StoreAsync(
            send, handler, new GivenRequest(request), Encoding.UTF8.GetString(message.Topic),
            message.ReconsumeTimes, request.Header.Version >= VersionWithMaxReconsumeTimes ? message.MaxReconsumeTimes : null);

    /// <summary>The connection reads nothing before this is complete, so that header and body are still this request's.</summary>
    private static async ValueTask StoreAsync(
        PendingSend send, IRequestHandler handler, GivenRequest request, string topic, int reconsumeTimes, int? maxReconsumeTimes)
    {
        var broker = request.Connection.Listener.Broker!;
        var name = topic[TopicName.RetryPrefix.Length..];
        if (!TopicName.Validate(topic, out var remark))
        {
            send.Refuse(ResponseCode.SystemError, remark);
            return;
        }

        var group = await BrokerQuestions.EnsureGroupAsync(broker, name).ConfigureAwait(false);
        if (group is not BrokerProtocol.GroupAvailable known)
        {
            var refused = (BrokerProtocol.Refused)group;
            if (!broker.Directory.IsLeading)
            {
                await ServeAgainAsync(send, handler, request).ConfigureAwait(false);
                return;
            }

            send.Refuse(
                refused.Code,
                refused.Code == ResponseCode.SubscriptionGroupNotExist ? $"subscription group not exist, {name} {refused.Remark}" : refused.Remark);
            return;
        }

        if (reconsumeTimes >= (maxReconsumeTimes ?? known.Handle.Config.RetryMaxTimes))
        {
            topic = TopicName.DeadLetterOf(name);
        }

        var target = await GroupTopics.FindAsync(broker, topic, known.Handle.Config).ConfigureAwait(false);
        if (!request.Connection.TryEnter())
        {
            await ServeAgainAsync(send, handler, request).ConfigureAwait(false);
            return;
        }

        if (target is not null)
        {
            Store(send, request.Again(), target);
        }
        else
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }

        request.Connection.Leave();
    }

    /// <summary>The master changed in between: the send is served where the broker is led.</summary>
    private static ValueTask ServeAgainAsync(PendingSend send, IRequestHandler handler, GivenRequest request)
    {
        send.Abandon();
        return request.Connection.ServeUnled(request.Again(), handler);
    }

    private static void Store(PendingSend send, in GatewayRequest request, TopicHandle target)
    {
        if (!SendMessageRequest.TryRead(request.Header, out var message, out var error))
        {
            send.Refuse(ResponseCode.SystemError, error);
            return;
        }

        SingleMessage.Store(send, request, message, target, TopicName.IsDeadLetter(target.Config.Topic) ? 0 : message.QueueId);
    }
}

using System.Buffers;
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

    public static ValueTask StoreAsync(PendingSend send, in GatewayRequest request, in SendMessageRequest message) =>
        StoreAsync(
            send, request.Connection, request.Header, request.Body, request.Charge, Encoding.UTF8.GetString(message.Topic),
            message.ReconsumeTimes, request.Header.Version >= VersionWithMaxReconsumeTimes ? message.MaxReconsumeTimes : null);

    /// <summary>The connection reads nothing before this is complete, so that header and body are still this request's.</summary>
    private static async ValueTask StoreAsync(
        PendingSend send, GatewayConnection connection, CommandHeader header, ReadOnlySequence<byte> body, int charge,
        string topic, int reconsumeTimes, int? maxReconsumeTimes)
    {
        var broker = connection.Listener.Broker!;
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
            send.Refuse(
                refused.Code,
                refused.Code == ResponseCode.SubscriptionGroupNotExist ? $"subscription group not exist, {name} {refused.Remark}" : refused.Remark);
            return;
        }

        if (reconsumeTimes >= (maxReconsumeTimes ?? known.Handle.Config.RetryMaxTimes))
        {
            topic = TopicName.DeadLetterOf(name);
        }

        if (await FindAsync(broker, topic, known.Handle.Config).ConfigureAwait(false) is { } target)
        {
            Store(send, new GatewayRequest(connection, header, body, charge), target);
        }
        else
        {
            send.Refuse(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }
    }

    private static async ValueTask<TopicHandle?> FindAsync(BrokerContext broker, string topic, SubscriptionGroupConfig group)
    {
        if (broker.Directory.TryGetTopic(topic, out var existing))
        {
            return existing;
        }

        var queues = TopicName.IsRetry(topic) ? Math.Max(1, group.RetryQueueNums) : 1;
        var config = new TopicConfig(topic, queues, queues, TopicPermission.ReadWrite, TopicSysFlag: 0, Order: false);
        return await BrokerQuestions.ChangeTopicAsync(broker, config).ConfigureAwait(false) is BrokerProtocol.TopicAvailable created ? created.Handle : null;
    }

    private static void Store(PendingSend send, in GatewayRequest request, TopicHandle target)
    {
        if (!SendMessageRequest.TryRead(request.Header, out var message, out var error))
        {
            send.Refuse(ResponseCode.SystemError, error);
            return;
        }

        var isDeadLetter = TopicName.IsDeadLetter(target.Config.Topic);
        if (SingleMessage.TryEncode(send, request, message, Encoding.UTF8.GetBytes(target.Config.Topic)) is { } refusal)
        {
            send.Refuse(refusal.Code, refusal.Remark);
        }
        else
        {
            QueueOffer.Offer(send, target, isDeadLetter ? 0 : message.QueueId);
        }
    }
}

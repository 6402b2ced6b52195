using System.Text;
using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361).</summary>
internal sealed class PullHandler : IRequestHandler
{
    /// <summary>shortPollingTimeMills: how long a pull is held when long polling is off.</summary>
    private static readonly TimeSpan ShortPolling = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any client waits; a held pull must not outlive its client's patience by much.</summary>
    private static readonly TimeSpan LongestSuspend = TimeSpan.FromMinutes(5);

    public WithoutLeader WithoutLeader => WithoutLeader.PullAgain;

    public ValueTask HandleAsync(in GatewayRequest request) => HandleAsync(request, mayCreateGroup: true);

    private ValueTask HandleAsync(in GatewayRequest request, bool mayCreateGroup)
    {
        if (!PullMessageRequest.TryRead(request.Header, out var pull, out var error))
        {
            return Refuse(request, ResponseCode.SystemError, error);
        }

        var broker = request.Connection.Listener.Broker!;
        if (!broker.Directory.IsLeading)
        {
            return Refuse(request, ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }

        if (!broker.Directory.TryGetGroup(pull.ConsumerGroup, out var group))
        {
            if (!mayCreateGroup)
            {
                return Refuse(request, ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
            }

            return CreateGroupAsync(broker, Encoding.UTF8.GetString(pull.ConsumerGroup), request.Connection, request.Header, request.Charge);
        }

        if (!group.Config.ConsumeEnable)
        {
            return Refuse(request, ResponseCode.NoPermission, $"subscription group no permission, {group.Config.GroupName}");
        }

        if (!broker.Directory.TryGetTopic(pull.Topic, out var topic))
        {
            return Refuse(request, ResponseCode.TopicNotExist, BrokerRemarks.NoTopic(Encoding.UTF8.GetString(pull.Topic)));
        }

        if (!topic.Config.IsReadable)
        {
            return Refuse(request, ResponseCode.NoPermission, $"the topic[{topic.Config.Topic}] pulling message is forbidden");
        }

        if ((uint)pull.QueueId >= (uint)topic.Config.ReadQueueNums)
        {
            return Refuse(request, ResponseCode.SystemError, BrokerRemarks.IllegalQueue(pull.QueueId, topic.Config, request.Connection.RemoteAddress));
        }

        if (topic.Queues[pull.QueueId] is not { } queue)
        {
            return Refuse(request, ResponseCode.SystemError, BrokerRemarks.Damaged(topic.Config.Topic, pull.QueueId));
        }

        return Pull(request, pull, broker, group, queue);
    }

    private static ValueTask Pull(in GatewayRequest request, in PullMessageRequest pull, BrokerContext broker, GroupHandle group, QueueHandle queue)
    {
        if (!PullSubscription.TryFind(request.Connection.Environment.Node.Clients, pull, group, queue.Id.Topic, out var filter, out var refusal))
        {
            return Refuse(request, refusal.Code, refusal.Remark);
        }

        if ((pull.SysFlag & PullSystemFlags.CommitOffset) != 0 && pull.CommitOffset >= 0)
        {
            group.Actor.Tell(new GroupProtocol.CommitOffset(queue.Id, pull.CommitOffset), ActorRefs.NoSender);
        }

        var mayHold = (pull.SysFlag & PullSystemFlags.Suspend) != 0;
        var time = request.Connection.Environment.Time;
        new PendingPull(request, queue, pull.QueueOffset, pull.MaxMsgNums, filter, Deadline(pull, broker.Settings, time)).AnswerOrHold(mayHold);
        return ValueTask.CompletedTask;
    }

    private static long Deadline(in PullMessageRequest pull, BrokerSettings settings, TimeProvider time)
    {
        var suspend = settings.LongPollingEnable
            ? TimeSpan.FromMilliseconds(Math.Clamp(pull.SuspendTimeoutMillis, 0, (long)LongestSuspend.TotalMilliseconds))
            : ShortPolling;
        return time.GetTimestamp() + (long)(suspend.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Creates the group and pulls once more; the connection reads nothing meanwhile, so the header is still this request's.</summary>
    private async ValueTask CreateGroupAsync(BrokerContext broker, string group, GatewayConnection connection, CommandHeader header, int charge)
    {
        if (await BrokerQuestions.EnsureGroupAsync(broker, group).ConfigureAwait(false) is BrokerProtocol.Refused refused)
        {
            new PendingAnswer(connection, ReplyAddress.Of(header), charge).Answer(refused.Code, refused.Remark);
        }
        else
        {
            await HandleAsync(new GatewayRequest(connection, header, default, charge), mayCreateGroup: false).ConfigureAwait(false);
        }
    }

    private static ValueTask Refuse(in GatewayRequest request, int code, string remark)
    {
        new PendingAnswer(request.Connection, request.Address, request.Charge).Answer(code, remark);
        return ValueTask.CompletedTask;
    }
}

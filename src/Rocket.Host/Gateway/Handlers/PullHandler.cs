using System.Text;
using Akka.Actor;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Actors.Topics;
using Rocket.Host.Gateway.Copies;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361).</summary>
internal sealed class PullHandler : IRequestHandler, ICopyReader
{
    /// <summary>shortPollingTimeMills: how long a pull is held when long polling is off.</summary>
    private static readonly TimeSpan ShortPolling = TimeSpan.FromSeconds(1);

    /// <summary>Longer than any client waits; a held pull must not outlive its client's patience by much.</summary>
    private static readonly TimeSpan LongestSuspend = TimeSpan.FromMinutes(5);

    public WithoutLeader WithoutLeader => WithoutLeader.PullAgain;

    public bool ReadsBesideMaster => true;

    /// <summary>
    /// The routes tell about the topic, what clients say and the copied metadata about the group. A group that the copy does not know is no error, since that would
    /// stop consumers of a broker that has nobody who could put it right. No offset is committed.
    /// </summary>
    public bool TryAnswerFromCopy(in GatewayRequest request, BrokerContext broker)
    {
        var environment = request.Connection.Environment;
        if (!PullMessageRequest.TryRead(request.Header, out var pull, out _) || !TryName(pull, out var topic))
        {
            return false;
        }

        var queue = CopyReads.Find(broker, topic, pull.QueueId);
        if (queue is null or { VisibleOffset: < 0 } && environment.Leaders.LinkToLeaderOf(broker) is not null)
        {
            return false;
        }

        var config = environment.Copies.TopicOf(broker, topic);
        var name = Encoding.UTF8.GetString(pull.ConsumerGroup);
        broker.CopiedMetadata.TryGetGroup(name, out var group);
        if (config is null && queue is null)
        {
            Answer(request, ResponseCode.TopicNotExist, BrokerRemarks.NoTopic(topic));
        }
        else if (config is { IsReadable: false })
        {
            Answer(request, ResponseCode.NoPermission, BrokerRemarks.Unreadable(topic));
        }
        else if (pull.QueueId < 0 || pull.QueueId >= (config?.ReadQueueNums ?? int.MaxValue))
        {
            Answer(request, ResponseCode.SystemError, BrokerRemarks.IllegalQueue(pull.QueueId, config ?? (object)topic, request.Connection.RemoteAddress));
        }
        else if (group is { ConsumeEnable: false })
        {
            Answer(request, ResponseCode.NoPermission, BrokerRemarks.ConsumeDisabled(name));
        }
        else if (!PullSubscription.TryFind(
            environment.Node.Clients, pull, broker.Settings, name, group is not { ConsumeBroadcastEnable: false }, topic, out var filter, out var refusal))
        {
            Answer(request, refusal.Code, refusal.Remark);
        }
        else
        {
            AnswerOrHold(request, pull, broker, group, new QueueId(topic, pull.QueueId), queue ?? EmptyCopy.Instance, filter);
        }

        return true;
    }

    public ValueTask HandleAsync(in GatewayRequest request) => HandleAsync(request, mayCreateGroup: true);

    private ValueTask HandleAsync(in GatewayRequest request, bool mayCreateGroup)
    {
        if (!PullMessageRequest.TryRead(request.Header, out var pull, out var error))
        {
            return Refuse(request, ResponseCode.SystemError, error);
        }

        var broker = request.Connection.Listener.Broker!;
        if (!broker.Directory.TryGetGroup(pull.ConsumerGroup, out var group))
        {
            if (!mayCreateGroup)
            {
                return Refuse(request, ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
            }

            return CreateGroupAsync(broker, Encoding.UTF8.GetString(pull.ConsumerGroup), request.Connection, request.Header, request.Charge);
        }

        if (!broker.Settings.IsReadable)
        {
            return Refuse(request, ResponseCode.NoPermission, BrokerRemarks.UnreadableBroker(request.Connection.Environment.Node.Settings.AdvertisedHost));
        }

        if (!group.Config.ConsumeEnable)
        {
            return Refuse(request, ResponseCode.NoPermission, BrokerRemarks.ConsumeDisabled(group.Config.GroupName));
        }

        if (!broker.Directory.TryGetTopic(pull.Topic, out var topic))
        {
            return broker.Directory.IsLeading
                ? Refuse(request, ResponseCode.TopicNotExist, BrokerRemarks.NoTopic(Encoding.UTF8.GetString(pull.Topic)))
                : Refuse(request, ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }

        if (!topic.Config.IsReadable)
        {
            return Refuse(request, ResponseCode.NoPermission, BrokerRemarks.Unreadable(topic.Config.Topic));
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
        var clients = request.Connection.Environment.Node.Clients;
        var config = group.Config;
        if (!PullSubscription.TryFind(
            clients, pull, broker.Settings, config.GroupName, config.ConsumeBroadcastEnable, queue.Id.Topic, out var filter, out var refusal))
        {
            return Refuse(request, refusal.Code, refusal.Remark);
        }

        if ((pull.SysFlag & PullSystemFlags.CommitOffset) != 0 && pull.CommitOffset >= 0)
        {
            group.Actor.Tell(new GroupProtocol.CommitOffset(queue.Id, pull.CommitOffset), ActorRefs.NoSender);
        }

        AnswerOrHold(request, pull, broker, group.Config, queue.Id, queue, filter);
        return ValueTask.CompletedTask;
    }

    private static void AnswerOrHold(
        in GatewayRequest request, in PullMessageRequest pull, BrokerContext broker, SubscriptionGroupConfig? group, QueueId id, IReadableQueue queue,
        SubscriptionExpression filter)
    {
        var mayHold = (pull.SysFlag & PullSystemFlags.Suspend) != 0;
        var time = request.Connection.Environment.Time;
        new PendingPull(request, group, id, queue, pull.QueueOffset, pull.MaxMsgNums, filter, Deadline(pull, broker.Settings, time)).AnswerOrHold(mayHold);
    }

    private static bool TryName(in PullMessageRequest pull, out string topic)
    {
        topic = Encoding.UTF8.GetString(pull.Topic);
        return TopicName.Validate(topic, out _);
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
        Answer(request, code, remark);
        return ValueTask.CompletedTask;
    }

    private static void Answer(in GatewayRequest request, int code, string remark) =>
        new PendingAnswer(request.Connection, request.Address, request.Charge).Answer(code, remark);
}

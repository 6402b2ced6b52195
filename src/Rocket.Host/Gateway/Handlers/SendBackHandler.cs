using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// CONSUMER_SEND_MSG_BACK (36): a consumer hands a message back that it failed on. It comes again through %RETRY%group after a while, or goes to the group's dead letters when it has come
/// often enough.
/// </summary>
/// <remarks>
/// Answered 0, the consumer is done with the message and commits past it; answered anything else, it sends the message to its retry topic itself. So 0 is for what no master can lack that comes next: it is
/// stored as safely as the broker promises, or every copy that may lead has it. The latter is what a degraded master says 11 of to senders: their own send would be no safer, and both would come again.
/// </remarks>
internal sealed class SendBackHandler(ILogger logger) : QuestionHandler<SendBackRequest>(logger)
{
    /// <summary>The first retry waits as long as this level, each further one a level more.</summary>
    private const int FirstRetryLevel = 3;

    /// <summary>Clients from this version on (3.4.9) say themselves how often a message may be retried.</summary>
    private const int VersionWithMaxReconsumeTimes = 121;

    protected override async Task AnswerAsync(SendBackRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var broker = connection.Listener.Broker!;
        if (broker.Directory.IsWithoutMajority)
        {
            answer.Answer(ResponseCode.ServiceNotAvailable, BrokerRemarks.WithoutMajority(broker));
            return;
        }

        if (!broker.Settings.IsWritable)
        {
            answer.Answer(ResponseCode.NoPermission, BrokerRemarks.UnwritableBroker(connection.Environment.Node.Settings.AdvertisedHost));
            return;
        }

        var found = await BrokerQuestions.EnsureGroupAsync(broker, question.Group).ConfigureAwait(false);
        if (found is not BrokerProtocol.GroupAvailable group)
        {
            var refused = (BrokerProtocol.Refused)found;
            answer.Answer(refused.Code, refused.Code == ResponseCode.SubscriptionGroupNotExist ? $"subscription group not exist, {question.Group}" : refused.Remark);
            return;
        }

        var config = group.Handle.Config;
        if (config.RetryQueueNums <= 0)
        {
            // As RocketMQ has it: a group without retry queues does not want its messages back.
            answer.Answer(ResponseCode.Success);
            return;
        }

        if (ReturnedMessages.Find(broker, question) is not { } payload)
        {
            answer.Answer(ResponseCode.SystemError, $"look message by offset failed, {question.Offset}");
            return;
        }

        var most = connection.Version >= VersionWithMaxReconsumeTimes && question.MaxReconsumeTimes is { } own and >= 0 ? own : config.RetryMaxTimes;
        var (code, remark) = await StoreAsync(broker, question, config, payload, most).ConfigureAwait(false);
        answer.Answer(code, remark);
    }

    private static async Task<(int Code, string? Remark)> StoreAsync(
        BrokerContext broker, SendBackRequest question, SubscriptionGroupConfig group, byte[] payload, int most)
    {
        var times = ReturnedMessages.ReconsumeTimesOf(payload);
        var isDead = times >= most || question.DelayLevel < 0;
        var name = isDead ? TopicName.DeadLetterOf(group.GroupName) : TopicName.RetryOf(group.GroupName);
        if (!TopicName.Validate(name, out var mistake))
        {
            return (ResponseCode.SystemError, $"the message is not stored: {name} would be its topic. {mistake} Use a group with a shorter name");
        }

        var level = isDead ? 0 : broker.Settings.DelayLevels.Limit(question.DelayLevel > 0 ? question.DelayLevel : FirstRetryLevel + times);
        if (await GroupTopics.FindAsync(broker, name, group).ConfigureAwait(false) is not { } target
            || !broker.Directory.TryGetTopic(SystemTopics.Schedule, out var schedule))
        {
            return (ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
        }

        if (!isDead && !target.Config.IsWritable)
        {
            return (ResponseCode.NoPermission, BrokerRemarks.UnwritableTopic(name));
        }

        var real = isDead ? 0 : Random.Shared.Next(Math.Max(1, target.Config.WriteQueueNums));
        var (topic, queueId) = isDead ? (target, real) : (schedule, level - 1);
        if (topic.Queues.ElementAtOrDefault(queueId) is not { } queue)
        {
            return (ResponseCode.ServiceNotAvailable, BrokerRemarks.Damaged(topic.Config.Topic, queueId));
        }

        var returned = new ReturnedMessage();
        if (!ReturnedMessages.TryEncode(returned, payload, topic, queueId, level, target, real))
        {
            return (ResponseCode.MessageIllegal, $"the message is illegal: with the properties of a retry it has more than {MessageLayout.MaxPropertiesBytes} bytes of them");
        }

        if (!returned.TryOffer(queue))
        {
            returned.Withdraw();
            return (ResponseCode.SystemBusy, $"[OVERLOAD]system busy, start flow control for a while: {queue.Id} takes no more now (rocket.limits.queue-outstanding-size)");
        }

        return await returned.Answered.ConfigureAwait(false) switch
        {
            AppendOutcome.Stored => (ResponseCode.Success, null),
            AppendOutcome.NoRoom or AppendOutcome.Unavailable => (ResponseCode.SystemError, $"the message is not stored: {queue.Id} cannot be written now"),
            _ when queue.VisibleOffset > returned.QueueOffset => (ResponseCode.Success, null),
            AppendOutcome.FlushTimeout => (ResponseCode.SystemError, "FLUSH_DISK_TIMEOUT"),
            AppendOutcome.SlaveTimeout => (ResponseCode.SystemError, "FLUSH_SLAVE_TIMEOUT"),
            _ => (ResponseCode.SystemError, "SLAVE_NOT_AVAILABLE"),
        };
    }
}

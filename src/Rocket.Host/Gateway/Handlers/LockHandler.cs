using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42): which client of a group consumes which queue in order.</summary>
internal sealed partial class LockHandler(ILogger logger, bool unlock) : IRequestHandler
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        if (!ProtocolJson.TryParse<LockBatchBody>(request.Body, out var body, out var error))
        {
            answer.Answer(ResponseCode.SystemError, error);
            return ValueTask.CompletedTask;
        }

        // The connection waits: a lock that follows a oneway unlock must not overtake it.
        return new ValueTask(RunAsync(body, request.Connection.Listener.Broker!, answer));
    }

    private async Task RunAsync(LockBatchBody body, BrokerContext broker, PendingAnswer answer)
    {
        try
        {
            await AnswerAsync(body, broker, answer).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (answer.Connection.Environment.ClientLog.TryTakeLine())
            {
                LogFailed(logger, exception, body.ConsumerGroup, answer.Connection.RemoteAddress);
            }

            answer.Answer(ResponseCode.SystemError, $"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private async Task AnswerAsync(LockBatchBody body, BrokerContext broker, PendingAnswer answer)
    {
        if (await BrokerQuestions.EnsureGroupAsync(broker, body.ConsumerGroup).ConfigureAwait(false) is not BrokerProtocol.GroupAvailable group)
        {
            answer.Answer(ResponseCode.SystemError, $"the group {body.ConsumerGroup} is not served by broker {broker.Settings.Name} at the moment");
            return;
        }

        var queues = ExistingQueues(body, broker);
        if (unlock)
        {
            await group.Handle.Actor.Ask<GroupProtocol.QueuesUnlocked>(new GroupProtocol.UnlockQueues(body.ClientId, queues), Patience).ConfigureAwait(false);
            answer.Answer(ResponseCode.Success);
            return;
        }

        var locked = await group.Handle.Actor.Ask<GroupProtocol.QueuesLocked>(new GroupProtocol.LockQueues(body.ClientId, queues), Patience).ConfigureAwait(false);
        var result = new LockBatchResult
        {
            LockedQueues = [.. locked.Queues.Select(queue => new MessageQueue(broker.Settings.Name, queue.Number, queue.Topic))],
        };
        answer.Answer(ResponseCode.Success, body: ProtocolJson.Serialize(result));
    }

    /// <summary>A lock is journalled: one on a queue that nobody can consume would only fill the disk.</summary>
    private static QueueId[] ExistingQueues(LockBatchBody body, BrokerContext broker) =>
    [
        .. body.MqSet
            .Where(queue => queue.BrokerName == broker.Settings.Name && QueueLookup.Exists(broker, queue.Topic, queue.QueueId))
            .Select(queue => new QueueId(queue.Topic, queue.QueueId))
            .Distinct(),
    ];

    [LoggerMessage(Level = LogLevel.Error, Message = "Locking queues for group {Group} of {Remote} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string group, string remote);
}

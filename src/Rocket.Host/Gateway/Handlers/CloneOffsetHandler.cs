using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>CLONE_GROUP_OFFSET (314): a group begins where another one has come to, in one topic or in all of the other's.</summary>
internal sealed class CloneOffsetHandler(ILogger logger) : QuestionHandler<CloneGroupOffsetRequest>(logger)
{
    protected override async Task AnswerAsync(CloneGroupOffsetRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var broker = connection.Listener.Broker!;
        var committed = await GroupQuestions.CommittedOrLeftAsync(broker, question.SourceGroup).ConfigureAwait(false);
        var cloned = committed.Where(entry => IsWanted(entry.Key, question, broker, connection.Environment.Node.Clients)).ToList();
        if (cloned.Count == 0)
        {
            answer.Answer(ResponseCode.Success);
            return;
        }

        if (await BrokerQuestions.EnsureGroupAsync(broker, question.DestinationGroup).ConfigureAwait(false) is not BrokerProtocol.GroupAvailable destination)
        {
            answer.Answer(
                ResponseCode.SubscriptionGroupNotExist, $"subscription group [{question.DestinationGroup}] does not exist and cannot be created by broker {broker.Settings.Name}");
            return;
        }

        foreach (var (queue, offset) in cloned)
        {
            destination.Handle.Actor.Tell(new GroupProtocol.CommitOffset(queue, offset), ActorRefs.NoSender);
        }

        answer.Answer(ResponseCode.Success);
    }

    /// <summary>As in RocketMQ: of a group that is online only topics that it subscribes to, unless the tool says that it is offline.</summary>
    private static bool IsWanted(QueueId queue, CloneGroupOffsetRequest question, BrokerContext broker, ClientDirectory clients) =>
        (string.IsNullOrWhiteSpace(question.Topic) || question.Topic == queue.Topic)
        && QueueLookup.Exists(broker, queue.Topic, queue.Number)
        && (question.Offline
            || !clients.TryGetGroup(question.SourceGroup, out var online)
            || online.Subscriptions.Count == 0
            || online.TryGetSubscription(queue.Topic, out _));
}

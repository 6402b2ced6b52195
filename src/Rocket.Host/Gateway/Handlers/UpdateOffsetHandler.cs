using System.Text;
using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Queues;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>UPDATE_CONSUMER_OFFSET (15), usually oneway.</summary>
internal sealed class UpdateOffsetHandler : IRequestHandler
{
    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        if (!UpdateConsumerOffsetRequest.TryRead(request.Header, out var commit, out var error))
        {
            answer.Answer(ResponseCode.SystemError, error);
            return ValueTask.CompletedTask;
        }

        if (commit.CommitOffset < 0 || commit.QueueId < 0)
        {
            answer.Answer(ResponseCode.SystemError, $"offset {commit.CommitOffset} of queue {commit.QueueId} is illegal, neither may be negative");
            return ValueTask.CompletedTask;
        }

        // What is committed is journalled: offsets of queues that do not exist would only fill the disk.
        var broker = request.Connection.Listener.Broker!;
        if (broker.Directory.IsLeading && Unknown(commit, broker, request.Connection) is { } refusal)
        {
            answer.Answer(refusal.Code, refusal.Remark);
            return ValueTask.CompletedTask;
        }

        var message = new GroupProtocol.CommitOffset(new QueueId(Encoding.UTF8.GetString(commit.Topic), commit.QueueId), commit.CommitOffset);
        if (broker.Directory.TryGetGroup(commit.ConsumerGroup, out var group))
        {
            group.Actor.Tell(message, ActorRefs.NoSender);
            answer.Answer(ResponseCode.Success);
            return ValueTask.CompletedTask;
        }

        return CommitForNewGroupAsync(broker, Encoding.UTF8.GetString(commit.ConsumerGroup), message, answer);
    }

    /// <summary>Offsets are kept for ever: a client must not have them kept for queues that it invents.</summary>
    private static SendRefusal? Unknown(in UpdateConsumerOffsetRequest commit, BrokerContext broker, GatewayConnection connection)
    {
        if (!broker.Directory.TryGetTopic(commit.Topic, out var topic))
        {
            return new SendRefusal(ResponseCode.TopicNotExist, BrokerRemarks.NoTopic(Encoding.UTF8.GetString(commit.Topic)));
        }

        return commit.QueueId < topic.Queues.Count
            ? null
            : new SendRefusal(ResponseCode.SystemError, BrokerRemarks.IllegalQueue(commit.QueueId, topic.Config, connection.RemoteAddress));
    }

    private static async ValueTask CommitForNewGroupAsync(BrokerContext broker, string group, GroupProtocol.CommitOffset commit, PendingAnswer answer)
    {
        switch (await BrokerQuestions.EnsureGroupAsync(broker, group).ConfigureAwait(false))
        {
            case BrokerProtocol.GroupAvailable available:
                available.Handle.Actor.Tell(commit, ActorRefs.NoSender);
                answer.Answer(ResponseCode.Success);
                break;
            case BrokerProtocol.Refused refused:
                answer.Answer(refused.Code, refused.Remark);
                break;
        }
    }
}

using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_CONSUMER_LIST_BY_GROUP (38): all members of the group in the cluster, the same list on every node.</summary>
internal sealed class ConsumerListHandler(ILogger logger) : QuestionHandler<ConsumerListRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    protected override Task AnswerAsync(ConsumerListRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (connection.Environment.Node.Clients.TryGetGroup(question.ConsumerGroup, out var group))
        {
            answer.Answer(ResponseCode.Success, body: group.ConsumerIdListBody);
        }
        else
        {
            answer.Answer(ResponseCode.SystemError, $"no consumer for this group, {question.ConsumerGroup}");
        }

        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>DELETE_SUBSCRIPTIONGROUP (207): answered when that is durable, also when there is no such group, as in RocketMQ.</summary>
internal sealed class DeleteGroupHandler(ILogger logger) : QuestionHandler<DeleteSubscriptionGroupRequest>(logger)
{
    protected override async Task AnswerAsync(DeleteSubscriptionGroupRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (!GroupName.Validate(question.GroupName, out var remark))
        {
            answer.Answer(ResponseCode.SystemError, remark);
            return;
        }

        // Their offsets say how far the broker itself has come, with delayed messages for instance.
        if (GroupName.IsSystem(question.GroupName))
        {
            answer.Answer(ResponseCode.SystemError, $"The group[{question.GroupName}] is one of the system and stays.");
            return;
        }

        var refused = await BrokerQuestions.DeleteGroupAsync(connection.Listener.Broker!, question.GroupName, question.RemoveOffset).ConfigureAwait(false)
            as BrokerProtocol.Refused;
        answer.Answer(refused?.Code ?? ResponseCode.Success, refused?.Remark);
    }
}

using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_SUBSCRIPTIONGROUP_CONFIG (352, 5.x): one group; none is made by asking.</summary>
internal sealed class GroupConfigHandler(ILogger logger) : QuestionHandler<GroupRequest>(logger)
{
    protected override Task AnswerAsync(GroupRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (connection.Listener.Broker!.Directory.TryGetGroup(question.Group, out var group))
        {
            answer.Answer(ResponseCode.Success, body: ProtocolJson.Serialize(GroupConfigs.Tell(group.Config)));
        }
        else
        {
            answer.Answer(ResponseCode.SubscriptionGroupNotExist, BrokerRemarks.NoGroup(question.Group));
        }

        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_PRODUCER_CONNECTION_LIST (204): the producers of a group that are connected to this node.</summary>
internal sealed class ProducerConnectionHandler(ILogger logger) : QuestionHandler<ProducerConnectionRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    protected override Task AnswerAsync(ProducerConnectionRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (!connection.Environment.Node.Clients.TryGetProducerGroup(question.ProducerGroup, out var members))
        {
            answer.Answer(ResponseCode.SystemError, $"the producer group[{question.ProducerGroup}] not exist");
            return Task.CompletedTask;
        }

        answer.Answer(ResponseCode.Success, body: ProtocolJson.Serialize(new ProducerConnections
        {
            Connections = [.. members.Values.Select(member => ConnectionOf(member, connection.BrokerName))],
        }));
        return Task.CompletedTask;
    }

    /// <summary>Its connection to the broker that is asked, if it has one.</summary>
    private static ClientConnection ConnectionOf(ProducerMember member, string broker)
    {
        var channel = member.Channels.FirstOrDefault(channel => channel.BrokerName == broker) ?? member.Channels[0];
        return ConsumerConnectionHandler.ConnectionOf(member.ClientId, channel.RemoteAddress, channel.Language, channel.Version);
    }
}

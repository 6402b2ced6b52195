using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Clients;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>UNREGISTER_CLIENT (35): a client leaves groups; the other members are told at once.</summary>
internal sealed class UnregisterHandler(ILogger logger) : QuestionHandler<UnregisterClientRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    protected override async Task AnswerAsync(UnregisterClientRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        await connection.Environment.Node.ClientsActor.Ask<ClientsProtocol.Unregistered>(
            new ClientsProtocol.Unregister(connection, question.ClientId, question.ProducerGroup, question.ConsumerGroup), Patience).ConfigureAwait(false);
        answer.Answer(ResponseCode.Success);
    }
}

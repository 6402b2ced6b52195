using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// GET_KV_CONFIG (101). Nothing can be put yet (100 is answered 3), so nothing is found; clients that ask for an order configuration take that for "none".
/// </summary>
internal sealed class KvConfigHandler(ILogger logger) : QuestionHandler<KvConfigRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    public override WhileStopping WhileStopping => WhileStopping.Serve;

    protected override Task AnswerAsync(KvConfigRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        answer.Answer(ResponseCode.QueryNotFound, $"No config item, Namespace: {question.Namespace} Key: {question.Key}");
        return Task.CompletedTask;
    }
}

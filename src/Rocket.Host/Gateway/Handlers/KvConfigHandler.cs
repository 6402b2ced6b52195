using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_KV_CONFIG (101), answered from this node's snapshot.</summary>
internal sealed class KvConfigHandler(ILogger logger) : QuestionHandler<KvConfigRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    public override WhileStopping WhileStopping => WhileStopping.Serve;

    protected override Task AnswerAsync(KvConfigRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (connection.Environment.Node.KeyValues.Current.ValueOf(question.Namespace, question.Key!) is { } value)
        {
            answer.Answer(ResponseCode.Success, fields: encoder => KvConfigResponse.AddTo(encoder, value));
        }
        else
        {
            answer.Answer(ResponseCode.QueryNotFound, $"No config item, Namespace: {question.Namespace} Key: {question.Key}");
        }

        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_KVLIST_BY_NAMESPACE (219), answered from this node's snapshot.</summary>
internal sealed class KvListHandler(ILogger logger) : QuestionHandler<KvConfigRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    public override WhileStopping WhileStopping => WhileStopping.Serve;

    protected override Task AnswerAsync(KvConfigRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var found = connection.Environment.Node.KeyValues.Current.List(question.Namespace);
        if (found.Count > 0)
        {
            AnswerBody.Answer(answer, ProtocolJson.Serialize(new KvTable { Table = found }));
        }
        else
        {
            answer.Answer(ResponseCode.QueryNotFound, $"No config item, Namespace: {question.Namespace}");
        }

        return Task.CompletedTask;
    }
}

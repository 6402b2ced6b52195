using Akka.Actor;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.KeyValues;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>PUT_KV_CONFIG (100) and DELETE_KV_CONFIG (102): answered when the change is durable and this node shows it.</summary>
internal sealed class KvWriteHandler(ILogger logger) : QuestionHandler<KvConfigRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    protected override async Task AnswerAsync(KvConfigRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (question.Namespace.Length == 0 || question.Key!.Length == 0)
        {
            answer.Answer(ResponseCode.SystemError, "namespace and key must not be empty");
            return;
        }

        var write = new KeyValuesProtocol.Write(new KeyValueName(question.Namespace, question.Key), question.Value);
        var outcome = await connection.Environment.Node.KeyValuesActor
            .Ask<object>(write, KeyValuesProtocol.WritePatience + TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        var refused = outcome as BrokerProtocol.Refused;
        answer.Answer(refused?.Code ?? ResponseCode.Success, refused?.Remark);
    }
}

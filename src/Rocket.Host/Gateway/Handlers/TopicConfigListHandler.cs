using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_ALL_TOPIC_CONFIG (21): every topic of the broker.</summary>
internal sealed class TopicConfigListHandler : IRequestHandler
{
    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var broker = request.Connection.Listener.Broker!;
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        AnswerBody.Answer(answer, ProtocolJson.Serialize(new TopicConfigTable
        {
            DataVersion = AnswerBody.VersionOf(request.Connection.Environment.Node, broker, broker.Directory.TopicChanges),
            Topics = new SortedDictionary<string, TopicConfig>(
                broker.Directory.Topics.ToDictionary(topic => topic.Config.Topic, topic => TopicConfigs.Tell(topic.Config)), StringComparer.Ordinal),
        }));
        return ValueTask.CompletedTask;
    }
}

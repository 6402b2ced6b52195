using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_TOPIC_CONFIG (351, 5.x): one topic.</summary>
internal sealed class TopicConfigHandler(ILogger logger) : QuestionHandler<TopicRequest>(logger)
{
    protected override Task AnswerAsync(TopicRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        if (connection.Listener.Broker!.Directory.TryGetTopic(question.Topic, out var topic))
        {
            answer.Answer(ResponseCode.Success, body: ProtocolJson.Serialize(TopicConfigs.Tell(topic.Config)));
        }
        else
        {
            answer.Answer(ResponseCode.TopicNotExist, $"topic[{question.Topic}] not exist");
        }

        return Task.CompletedTask;
    }
}

using Microsoft.Extensions.Logging;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>QUERY_TOPIC_CONSUME_BY_WHO (300): the groups that consume a topic, by their members or by offsets that they committed.</summary>
internal sealed class TopicConsumersHandler(ILogger logger) : FanOutHandler<TopicRequest>(logger)
{
    protected override async Task AnswerAsync(TopicRequest question, GatewayConnection connection, PendingAnswer answer, CancellationToken end)
    {
        var online = connection.Environment.Node.Clients.ConsumerGroups.Where(group => group.TryGetSubscription(question.Topic, out _)).Select(group => group.Group);
        var committed = await GroupQuestions.WithOffsetsInAsync(connection.Listener.Broker!, question.Topic, end).ConfigureAwait(false);
        answer.Answer(ResponseCode.Success, body: ProtocolJson.Serialize(new GroupList { Groups = [.. online.Union(committed).Order(StringComparer.Ordinal)] }));
    }
}

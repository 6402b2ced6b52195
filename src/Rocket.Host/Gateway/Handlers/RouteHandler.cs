using Microsoft.Extensions.Logging;
using Rocket.Actors.KeyValues;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_ROUTEINFO_BY_TOPIC (105), answered from this node's snapshots of the whole cluster.</summary>
internal sealed class RouteHandler(ILogger logger) : QuestionHandler<RouteInfoRequest>(logger)
{
    public override RequestPlace Place => RequestPlace.Here;

    public override WhileStopping WhileStopping => WhileStopping.Serve;

    protected override Task AnswerAsync(RouteInfoRequest question, GatewayConnection connection, PendingAnswer answer)
    {
        var node = connection.Environment.Node;
        if (node.Routes.Current.TryGetRoute(question.Topic, out var route))
        {
            answer.Answer(ResponseCode.Success, body: route.BodyWith(node.KeyValues.Current.ValueOf(KeyValueName.OrderTopics, question.Topic)));
        }
        else
        {
            answer.Answer(ResponseCode.TopicNotExist, $"No topic route info in name server for the topic: {question.Topic}");
        }

        return Task.CompletedTask;
    }
}

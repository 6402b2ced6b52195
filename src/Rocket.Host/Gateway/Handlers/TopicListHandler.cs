using Rocket.Protocol.Codes;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_ALL_TOPIC_LIST_FROM_NAMESERVER (206): the names of all topics of the cluster.</summary>
internal sealed class TopicListHandler : IRequestHandler
{
    public RequestPlace Place => RequestPlace.Here;

    public WhileStopping WhileStopping => WhileStopping.Serve;

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var body = request.Connection.Environment.Node.Routes.Current.TopicListBody;
        new PendingAnswer(request.Connection, request.Address, request.Charge).Answer(ResponseCode.Success, body: body);
        return ValueTask.CompletedTask;
    }
}

using Rocket.Protocol.Codes;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_BROKER_CLUSTER_INFO (106): every broker of the cluster with its addresses.</summary>
internal sealed class ClusterInfoHandler : IRequestHandler
{
    public RequestPlace Place => RequestPlace.Here;

    public WhileStopping WhileStopping => WhileStopping.Serve;

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var body = request.Connection.Environment.Node.Routes.Current.ClusterInfoBody;
        new PendingAnswer(request.Connection, request.Address, request.Charge).Answer(ResponseCode.Success, body: body);
        return ValueTask.CompletedTask;
    }
}

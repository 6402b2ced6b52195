using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>
/// CHECK_CLIENT_CONFIG (46): a consumer that filters by properties asks if its expression is understood, and does not start if it is not. Whichever node it
/// comes to can tell; nothing is kept of it.
/// </summary>
internal sealed class CheckClientConfigHandler : IRequestHandler
{
    public RequestPlace Place => RequestPlace.Here;

    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);

        // Who sends nothing has nothing to be checked.
        if (request.Body.IsEmpty)
        {
            answer.Answer(ResponseCode.Success);
        }
        else if (ProtocolJson.TryParse<CheckClientConfigBody>(request.Body, out var body, out var error))
        {
            Answer(answer, body.SubscriptionData, request.Connection.Listener.Broker!.Settings);
        }
        else
        {
            answer.Answer(ResponseCode.SystemError, error);
        }

        return ValueTask.CompletedTask;
    }

    private static void Answer(PendingAnswer answer, SubscriptionData subscription, BrokerSettings settings)
    {
        if (ExpressionTypes.IsTag(subscription.ExpressionType))
        {
            answer.Answer(ResponseCode.Success);
        }
        else if (!settings.EnablePropertyFilter)
        {
            answer.Answer(ResponseCode.SystemError, BrokerRemarks.NoFilterBy(subscription.ExpressionType));
        }
        else if (PropertyExpressions.Shared.TryGet(subscription.ExpressionType, subscription.SubString, out _, out var error))
        {
            answer.Answer(ResponseCode.Success);
        }
        else
        {
            answer.Answer(ResponseCode.SubscriptionParseFailed, error);
        }
    }
}

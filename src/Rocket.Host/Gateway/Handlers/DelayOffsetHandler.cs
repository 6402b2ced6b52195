using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_ALL_DELAY_OFFSET (45): how far the delay levels of a broker have come.</summary>
internal sealed class DelayOffsetHandler : IRequestHandler
{
    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        var broker = request.Connection.Listener.Broker!;
        if (broker.Directory.Delayed is { } delayed)
        {
            answer.Answer(ResponseCode.Success, body: ProtocolJson.Serialize(new DelayOffsetTable { OffsetTable = delayed.All.ToDictionary() }));
        }
        else
        {
            answer.Answer(ResponseCode.SystemError, BrokerRemarks.NotLed(broker));
        }

        return ValueTask.CompletedTask;
    }
}

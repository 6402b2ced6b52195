using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): every group of the broker.</summary>
internal sealed class GroupListHandler : IRequestHandler
{
    public ValueTask HandleAsync(in GatewayRequest request)
    {
        var broker = request.Connection.Listener.Broker!;
        var answer = new PendingAnswer(request.Connection, request.Address, request.Charge);
        AnswerBody.Answer(answer, ProtocolJson.Serialize(new SubscriptionGroupTable
        {
            DataVersion = AnswerBody.VersionOf(request.Connection.Environment.Node, broker, broker.Directory.GroupChanges),
            Groups = new SortedDictionary<string, SubscriptionGroupConfig>(
                broker.Directory.Groups.ToDictionary(group => group.Config.GroupName, group => GroupConfigs.Tell(group.Config)), StringComparer.Ordinal),
        }));
        return ValueTask.CompletedTask;
    }
}

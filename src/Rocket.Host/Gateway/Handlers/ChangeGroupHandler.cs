using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200): answered when the group is durable and in use as it was asked for.</summary>
internal sealed class ChangeGroupHandler(ILogger logger) : BodyHandler<SubscriptionGroupConfig>(logger)
{
    protected override async Task AnswerAsync(SubscriptionGroupConfig body, GatewayConnection connection, PendingAnswer answer)
    {
        var refused = await ChangeAsync(body, connection).ConfigureAwait(false);
        answer.Answer(refused?.Code ?? ResponseCode.Success, refused?.Remark);
    }

    /// <summary>Null: it is done.</summary>
    internal static async Task<BrokerProtocol.Refused?> ChangeAsync(SubscriptionGroupConfig body, GatewayConnection connection) =>
        GroupConfigs.TryRead(body, connection.Environment.Limits, out var config, out var error)
            ? await BrokerQuestions.ChangeGroupAsync(connection.Listener.Broker!, config).ConfigureAwait(false) as BrokerProtocol.Refused
            : new BrokerProtocol.Refused(ResponseCode.SystemError, error);
}

/// <summary>UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST (225, 5.x): one after the other, up to the first that is refused.</summary>
internal sealed class ChangeGroupsHandler(ILogger logger) : BodyHandler<SubscriptionGroupList>(logger)
{
    protected override async Task AnswerAsync(SubscriptionGroupList body, GatewayConnection connection, PendingAnswer answer)
    {
        var limit = connection.Environment.Limits.MaxConsumerGroups;
        if (body.Groups.Count > limit)
        {
            answer.Answer(ResponseCode.SystemError, $"{body.Groups.Count} groups at once, {limit} are allowed (rocket.limits.max-consumer-groups)");
            return;
        }

        foreach (var group in body.Groups)
        {
            if (await ChangeGroupHandler.ChangeAsync(group, connection).ConfigureAwait(false) is { } refused)
            {
                answer.Answer(refused.Code, refused.Remark);
                return;
            }
        }

        answer.Answer(ResponseCode.Success);
    }
}

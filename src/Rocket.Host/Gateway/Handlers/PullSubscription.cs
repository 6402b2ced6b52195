using System.Text;
using Rocket.Actors.Clients;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Which messages a pull wants: from the expression that it brings, or from the group's last heartbeat.</summary>
internal static class PullSubscription
{
    private static readonly SendRefusal NoSql =
        new(ResponseCode.SystemError, "The broker does not support consumer to filter message by SQL92");

    public static bool TryFind(
        ClientDirectory clients, in PullMessageRequest pull, string group, bool mayBroadcast, string topic,
        out SubscriptionExpression filter, out SendRefusal refusal)
    {
        filter = SubscriptionExpression.All;
        refusal = default;
        return (pull.SysFlag & PullSystemFlags.Subscription) != 0
            ? TryRead(pull, out filter, out refusal)
            : TryFindHeartbeats(clients, pull, group, mayBroadcast, topic, out filter, out refusal);
    }

    private static bool TryRead(in PullMessageRequest pull, out SubscriptionExpression filter, out SendRefusal refusal)
    {
        filter = SubscriptionExpression.None;
        refusal = NoSql;
        if (!IsTag(pull.ExpressionType))
        {
            return false;
        }

        refusal = new SendRefusal(ResponseCode.SubscriptionParseFailed, "parse the consumer's subscription failed");
        return SubscriptionExpression.TryParse(pull.Subscription, out filter);
    }

    private static bool TryFindHeartbeats(
        ClientDirectory clients, in PullMessageRequest pull, string group, bool mayBroadcast, string topic,
        out SubscriptionExpression filter, out SendRefusal refusal)
    {
        filter = SubscriptionExpression.None;
        if (!clients.TryGetGroup(group, out var members))
        {
            refusal = new SendRefusal(ResponseCode.SubscriptionNotExist, $"the consumer's group info not exist: {group} sent no heartbeat yet");
            return false;
        }

        if (!mayBroadcast && members.MessageModel == MessageModels.Broadcasting)
        {
            refusal = new SendRefusal(ResponseCode.NoPermission, $"the consumer group[{group}] can not consume by broadcast way");
            return false;
        }

        if (!members.TryGetSubscription(topic, out var subscription))
        {
            refusal = new SendRefusal(ResponseCode.SubscriptionNotExist, $"the consumer's subscription not exist: {group} of {topic}");
            return false;
        }

        filter = subscription.Expression;
        refusal = subscription.SubVersion < pull.SubVersion
            ? new SendRefusal(ResponseCode.SubscriptionNotLatest, "the consumer's subscription not latest")
            : subscription.IsTag ? default : NoSql;
        return refusal.Remark is null;
    }

    private static bool IsTag(ReadOnlySpan<byte> type) => type.IsEmpty || Ascii.EqualsIgnoreCase(type, "TAG"u8);
}

using System.Text;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Json;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Which messages a pull wants: from the expression that it brings, or from the group's last heartbeat.</summary>
internal static class PullSubscription
{
    public static bool TryFind(
        ClientDirectory clients, in PullMessageRequest pull, BrokerSettings settings, string group, bool mayBroadcast, string topic,
        out SubscriptionExpression filter, out SendRefusal refusal)
    {
        filter = SubscriptionExpression.All;
        refusal = default;
        if (!mayBroadcast && clients.TryGetGroup(group, out var members) && members.MessageModel == MessageModels.Broadcasting)
        {
            refusal = new SendRefusal(ResponseCode.NoPermission, $"the consumer group[{group}] can not consume by broadcast way");
            return false;
        }

        return (pull.SysFlag & PullSystemFlags.Subscription) != 0
            ? TryRead(pull, settings, out filter, out refusal)
            : TryFindHeartbeats(clients, pull, settings, group, topic, out filter, out refusal);
    }

    private static bool TryRead(in PullMessageRequest pull, BrokerSettings settings, out SubscriptionExpression filter, out SendRefusal refusal)
    {
        if (ExpressionTypes.IsTag(pull.ExpressionType))
        {
            refusal = new SendRefusal(ResponseCode.SubscriptionParseFailed, BrokerRemarks.BrokenSubscription);
            return SubscriptionExpression.TryParse(pull.Subscription, out filter);
        }

        if (!settings.EnablePropertyFilter)
        {
            filter = SubscriptionExpression.None;
            refusal = new SendRefusal(ResponseCode.SystemError, BrokerRemarks.NoFilterBy(Encoding.UTF8.GetString(pull.ExpressionType)));
            return false;
        }

        refusal = default;
        if (PropertyExpressions.Shared.TryGet(pull.ExpressionType, pull.Subscription, out filter, out var error))
        {
            return true;
        }

        refusal = new SendRefusal(ResponseCode.SubscriptionParseFailed, $"{BrokerRemarks.BrokenSubscription}: {error}");
        return false;
    }

    private static bool TryFindHeartbeats(
        ClientDirectory clients, in PullMessageRequest pull, BrokerSettings settings, string group, string topic,
        out SubscriptionExpression filter, out SendRefusal refusal)
    {
        (filter, refusal) = (SubscriptionExpression.None, default);
        if (!clients.TryGetGroup(group, out var members))
        {
            refusal = new SendRefusal(ResponseCode.SubscriptionNotExist, $"the consumer's group info not exist: {group} sent no heartbeat yet");
            return false;
        }

        if (!members.TryGetSubscription(topic, out var subscription))
        {
            refusal = new SendRefusal(ResponseCode.SubscriptionNotExist, $"the consumer's subscription not exist: {group} of {topic}");
            return false;
        }

        filter = subscription.Expression;
        if (subscription.SubVersion >= pull.SubVersion)
        {
            refusal = subscription.IsTag ? default : RefuseProperties(subscription, settings);
            return refusal.Remark is null;
        }

        if (subscription.IsTag && ExpressionTypes.IsTag(pull.ExpressionType))
        {
            // It knows newer tags than its last heartbeat told, which may be half a minute old. Clients look at tags themselves, since brokers compare their hashes only: it gets everything.
            filter = SubscriptionExpression.All;
            return true;
        }

        refusal = new SendRefusal(ResponseCode.SubscriptionNotLatest, "the consumer's subscription not latest");
        return false;
    }

    private static SendRefusal RefuseProperties(TopicSubscription subscription, BrokerSettings settings)
    {
        if (!settings.EnablePropertyFilter)
        {
            return new SendRefusal(ResponseCode.SystemError, BrokerRemarks.NoFilterBy(subscription.ExpressionType));
        }

        return subscription.Error.Length == 0
            ? default
            : new SendRefusal(
                ResponseCode.FilterDataNotExist, $"The broker's consumer filter data is not exist!Your expression may be wrong! {subscription.Error}");
    }
}

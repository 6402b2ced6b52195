using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Json;
using Rocket.Protocol.Topics;
using KnownGroup = Rocket.Actors.Groups.SubscriptionGroupConfig;
using ToldGroup = Rocket.Protocol.Json.SubscriptionGroupConfig;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Subscription groups as tools tell them, and as a broker knows them.</summary>
internal static class GroupConfigs
{
    /// <summary>Reads what a tool wants; false with the reason when it cannot be.</summary>
    public static bool TryRead(ToldGroup told, LimitSettings limits, [NotNullWhen(true)] out KnownGroup? config, out string error)
    {
        config = null;
        if (!GroupName.Validate(told.GroupName, out error))
        {
            return false;
        }

        if (told.RetryQueueNums > limits.MaxQueuesPerTopic)
        {
            error = $"retryQueueNums {told.RetryQueueNums} is more than {limits.MaxQueuesPerTopic} (rocket.limits.max-queues-per-topic)";
            return false;
        }

        var more = told.More is { Count: > 0 } members ? Encoding.UTF8.GetString(ProtocolJson.Serialize(new Dictionary<string, JsonElement>(members))) : null;
        if (more?.Length > KnownGroup.GreatestMore)
        {
            error = $"the group's other members take {more.Length} characters, {KnownGroup.GreatestMore} are allowed";
            return false;
        }

        config = new KnownGroup(
            told.GroupName, told.ConsumeEnable, told.ConsumeFromMinEnable, told.ConsumeBroadcastEnable, told.RetryQueueNums, told.RetryMaxTimes, told.BrokerId,
            told.WhichBrokerWhenConsumeSlowly, told.NotifyConsumerIdsChangedEnable, more);
        return true;
    }

    /// <summary>The group as tools are told of it.</summary>
    public static ToldGroup Tell(KnownGroup config) => new(
        config.BrokerId, config.ConsumeBroadcastEnable, config.ConsumeEnable, config.ConsumeFromMinEnable, config.GroupName,
        config.NotifyConsumerIdsChangedEnable, config.RetryMaxTimes, config.RetryQueueNums, config.WhichBrokerWhenConsumeSlowly)
    {
        More = config.More is { } more && ProtocolJson.TryParse<Dictionary<string, JsonElement>>(Encoding.UTF8.GetBytes(more), out var members, out _) ? members : null,
    };
}

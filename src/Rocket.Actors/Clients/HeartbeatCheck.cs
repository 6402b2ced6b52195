using System.Collections.Immutable;
using System.Text;
using Rocket.Protocol.Json;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Clients;

/// <summary>What a heartbeat may say. The gateway asks before it creates groups for it; the <see cref="ClientsActor"/> asks again.</summary>
public static class HeartbeatCheck
{
    /// <summary>Greatest length of a client id in characters; RocketMQ sets no limit, its own are below 64.</summary>
    private const int MaxClientIdLength = 255;

    /// <summary>Greatest length of a subscribed topic in characters: a group's retry topic.</summary>
    private static readonly int MaxTopicLength = TopicName.RetryOf("").Length + GroupName.MaxLength;

    /// <summary>
    /// Greatest length of all expressions of a heartbeat together, in bytes of UTF-8: they are kept by every node, and passed on to the other nodes with those of
    /// other clients in one message of bounded size (<see cref="ClientPart.GreatestBytes"/>).
    /// </summary>
    private const int MaxExpressionsBytes = 32_768;

    /// <summary>Greatest length of a consumer's type, model and start in characters; all that there are have below 32.</summary>
    private const int MaxModeLength = 64;

    /// <summary>Why the heartbeat is refused; null: it is not.</summary>
    /// <param name="data">The heartbeat.</param>
    /// <param name="maxSubscriptions">Greatest number of subscriptions, and of groups of either kind.</param>
    public static string? Refuse(HeartbeatData data, int maxSubscriptions)
    {
        if (string.IsNullOrWhiteSpace(data.ClientId))
        {
            return "The specified client id is blank.";
        }

        if (data.ClientId.Length > MaxClientIdLength)
        {
            return $"The specified client id is longer than {MaxClientIdLength} characters.";
        }

        if (Math.Max(data.ProducerDataSet.Count, data.ConsumerDataSet.Count) is var groups && groups > maxSubscriptions)
        {
            return $"The heartbeat names {groups} groups, {maxSubscriptions} are allowed (rocket.limits.max-subscriptions-per-heartbeat).";
        }

        if (data.ConsumerDataSet.Sum(consumer => consumer.SubscriptionDataSet.Count) is var subscriptions && subscriptions > maxSubscriptions)
        {
            return $"The heartbeat carries {subscriptions} subscriptions, {maxSubscriptions} are allowed (rocket.limits.max-subscriptions-per-heartbeat).";
        }

        foreach (string group in data.ProducerDataSet.Select(producer => producer.GroupName)
            .Concat(data.ConsumerDataSet.Select(consumer => consumer.GroupName)))
        {
            if (!GroupName.Validate(group, out string remark))
            {
                return remark;
            }
        }

        if (data.ConsumerDataSet.Any(consumer =>
            Math.Max(consumer.ConsumeType.Length, Math.Max(consumer.MessageModel.Length, consumer.ConsumeFromWhere.Length)) > MaxModeLength))
        {
            return $"The consumeType, messageModel or consumeFromWhere of a consumer is longer than {MaxModeLength} characters.";
        }

        int expressions = 0;
        foreach (SubscriptionData subscription in data.ConsumerDataSet.SelectMany(consumer => consumer.SubscriptionDataSet))
        {
            if (string.IsNullOrWhiteSpace(subscription.Topic))
            {
                return "The specified topic is blank.";
            }

            if (subscription.Topic.Length > MaxTopicLength)
            {
                return "The specified topic is longer than topic max length.";
            }

            expressions += LengthOf(subscription);
            if (expressions > MaxExpressionsBytes)
            {
                return $"The expressions of the heartbeat are longer than {MaxExpressionsBytes} bytes together: subscribe to less, or with shorter expressions.";
            }
        }

        return null;
    }

    /// <summary>What most subscribe to counts nothing: a thousand times the same letters is little in a payload that is compressed.</summary>
    private static int LengthOf(SubscriptionData subscription) =>
        (subscription.SubString is "*" ? 0 : Encoding.UTF8.GetByteCount(subscription.SubString))
        + (subscription.ExpressionType is null or ExpressionTypes.Tag ? 0 : Encoding.UTF8.GetByteCount(subscription.ExpressionType));

    /// <summary>The subscriptions of a consumer by topic; a topic that is named twice counts with its higher version.</summary>
    internal static ImmutableArray<TopicSubscription> Subscriptions(ConsumerData consumer)
    {
        var byTopic = new SortedDictionary<string, TopicSubscription>(StringComparer.Ordinal);
        foreach (SubscriptionData data in consumer.SubscriptionDataSet)
        {
            string type = string.IsNullOrEmpty(data.ExpressionType) ? ExpressionTypes.Tag : data.ExpressionType;
            if (!byTopic.TryGetValue(data.Topic, out TopicSubscription? known) || data.SubVersion >= known.SubVersion)
            {
                byTopic[data.Topic] = new TopicSubscription(data.Topic, data.SubString, type, data.SubVersion);
            }
        }

        return [.. byTopic.Values];
    }
}

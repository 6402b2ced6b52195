using System.Collections.Immutable;
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
    /// Greatest length of all expressions of a heartbeat together, in characters. They are passed on to the other nodes in one payload, and
    /// Akka.Remote drops those over 128 000 bytes.
    /// </summary>
    private const int MaxExpressionsLength = 32_768;

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
            if (expressions > MaxExpressionsLength)
            {
                return $"The expressions of the heartbeat are longer than {MaxExpressionsLength} characters together.";
            }
        }

        return null;
    }

    /// <summary>What most subscribe to counts nothing: a thousand times the same letters is little in a payload that is compressed.</summary>
    private static int LengthOf(SubscriptionData subscription) =>
        (subscription.SubString is "*" ? 0 : subscription.SubString.Length)
        + (subscription.ExpressionType is null or ExpressionTypes.Tag ? 0 : subscription.ExpressionType.Length);

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

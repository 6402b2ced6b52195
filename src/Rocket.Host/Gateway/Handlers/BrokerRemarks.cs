using Rocket.Actors.Cluster;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>Remarks that several answers share.</summary>
internal static class BrokerRemarks
{
    public const string BrokenSubscription = "parse the consumer's subscription failed";

    public static string NotLed(BrokerContext broker) =>
        $"service not available now: broker {broker.Settings.Name} is not led by this node at the moment, try another one";

    public static string WithoutMajority(BrokerContext broker) =>
        $"service not available now: the node that leads broker {broker.Settings.Name} hears no majority of the voters, try another one";

    public static string Damaged(string topic, int queueId) => $"queue {topic}@{queueId} is damaged and not served, see the broker's log";

    public static string NoTopic(string topic) => $"topic[{topic}] not exist, apply first please!";

    public static string Unreadable(string topic) => $"the topic[{topic}] pulling message is forbidden";

    public static string NoFilterBy(string expressionType) => $"The broker does not support consumer to filter message by {expressionType}";

    /// <summary>A broker that may not be written to, and an ordered topic, which must not go on elsewhere.</summary>
    public static string UnwritableBroker(string host) => $"the broker[{host}] sending message is forbidden";

    public static string UnwritableTopic(string topic) => $"the topic[{topic}] sending message is forbidden";

    public static string UnreadableBroker(string host) => $"the broker[{host}] pulling message is forbidden";

    public static string ConsumeDisabled(string group) => $"subscription group no permission, {group}";

    public static string NoGroup(string group) => $"subscription group [{group}] does not exist";

    public static string IllegalQueue(int queueId, object topicConfig, string remote) =>
        $"queueId[{queueId}] is illegal, {topicConfig} consumer: {remote}";
}

using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;

namespace Rocket.Host.Gateway.Handlers;

/// <summary>The topics of a consumer group itself: its retries, which come with the group, and its dead letters, which come with the first of them.</summary>
internal static class GroupTopics
{
    /// <summary>The topic of this name, created if it is not there; null: that is not possible now.</summary>
    public static async ValueTask<TopicHandle?> FindAsync(BrokerContext broker, string topic, SubscriptionGroupConfig group)
    {
        if (broker.Directory.TryGetTopic(topic, out var existing))
        {
            return existing;
        }

        var queues = TopicName.IsRetry(topic) ? Math.Max(1, group.RetryQueueNums) : 1;
        var config = new TopicConfig(topic, queues, queues, TopicPermission.ReadWrite, TopicSysFlag: 0, Order: false);
        return await BrokerQuestions.ChangeTopicAsync(broker, config).ConfigureAwait(false) is BrokerProtocol.TopicAvailable created ? created.Handle : null;
    }
}

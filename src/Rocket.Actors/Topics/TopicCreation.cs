using System.Diagnostics.CodeAnalysis;
using Rocket.Actors.Cluster;
using Rocket.Protocol.Topics;

namespace Rocket.Actors.Topics;

/// <summary>Which topics a broker makes by itself, and how.</summary>
internal static class TopicCreation
{
    private const int ReadWrite = TopicPermission.ReadWrite;

    private const int ClusterTopicQueues = 16;

    /// <summary>A queue without messages is an actor without files: 1024 of them were not to be seen in the time of a start, and cost 4 MiB.</summary>
    private const int BenchmarkQueues = 1024;

    /// <summary>The topics that exist from the start, as in RocketMQ; there those of transactions come with the first transaction.</summary>
    public static IEnumerable<TopicConfig> OfTheStart(BrokerSettings settings, string cluster)
    {
        if (settings.AutoCreateTopicEnable)
        {
            yield return Simple(SystemTopics.AutoCreateTemplate, settings.DefaultTopicQueueNums, ReadWrite | TopicPermission.Inherit);
        }

        if (settings.TraceTopicEnable)
        {
            yield return Simple(SystemTopics.Trace, 1, ReadWrite);
        }

        // RocketMQ's tools list these two; clients use the second to reach every broker of a cluster.
        yield return Simple(settings.Name, 1, ReadWrite | TopicPermission.Inherit);
        yield return Simple(cluster, ClusterTopicQueues, ReadWrite | TopicPermission.Inherit);
        yield return Simple(SystemTopics.SelfTest, 1, ReadWrite);
        yield return Simple(SystemTopics.Benchmark, BenchmarkQueues, ReadWrite);
        yield return Simple(SystemTopics.OffsetMovedEvent, 1, ReadWrite);
        yield return Simple(SystemTopics.Schedule, settings.DelayLevels.Count, ReadWrite);
        yield return Simple(SystemTopics.ReplyOf(cluster), 1, ReadWrite);
        yield return Simple(SystemTopics.Timer, 1, ReadWrite);
        yield return Simple(SystemTopics.TransactionHalf, 1, ReadWrite);
        yield return Simple(SystemTopics.TransactionOperation, 1, ReadWrite);
        yield return Simple(SystemTopics.TransactionCheckMaxTime, 1, ReadWrite);
    }

    /// <summary>The topic that a producer gets when it sends to an unknown one; false when the template does not allow it.</summary>
    public static bool TryInherit(TopicConfig? template, string topic, int wishedQueues, [NotNullWhen(true)] out TopicConfig? config)
    {
        config = null;
        if (template is null || !template.IsInherited)
        {
            return false;
        }

        var queues = Math.Max(1, Math.Min(wishedQueues, template.WriteQueueNums));
        config = new TopicConfig(topic, queues, queues, template.Perm & ~TopicPermission.Inherit, template.TopicSysFlag, Order: false);
        return true;
    }

    /// <summary>The topic that a group's failed messages come back through.</summary>
    public static TopicConfig RetryTopic(string group, int queues) => Simple(TopicName.RetryOf(group), queues, ReadWrite);

    private static TopicConfig Simple(string topic, int queues, int permission) => new(topic, queues, queues, permission, 0, Order: false);
}

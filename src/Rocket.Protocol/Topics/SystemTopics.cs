using System.Text;

namespace Rocket.Protocol.Topics;

/// <summary>Topics that RocketMQ keeps for itself: never deleted, and some of them not to be written by clients.</summary>
public static class SystemTopics
{
    /// <summary>Template for automatic creation; while it has a route, clients may send to topics that do not exist yet.</summary>
    public const string AutoCreateTemplate = "TBW102";

    /// <summary>Holds delayed messages, a queue for each level.</summary>
    public const string Schedule = "SCHEDULE_TOPIC_XXXX";

    /// <summary>Holds messages that are to be delivered at a time of their own.</summary>
    public const string Timer = "rmq_sys_wheel_timer";

    /// <summary>Holds half messages.</summary>
    public const string TransactionHalf = "RMQ_SYS_TRANS_HALF_TOPIC";

    /// <summary>Says which half messages are settled.</summary>
    public const string TransactionOperation = "RMQ_SYS_TRANS_OP_HALF_TOPIC";

    /// <summary>Takes half messages that were checked too often.</summary>
    public const string TransactionCheckMaxTime = "TRANS_CHECK_MAX_TIME_TOPIC";

    /// <summary>Takes what clients report about sends and consumptions.</summary>
    public const string Trace = "RMQ_SYS_TRACE_TOPIC";

    public const string SelfTest = "SELF_TEST_TOPIC";
    public const string Benchmark = "BenchmarkTest";
    public const string OffsetMovedEvent = "OFFSET_MOVED_EVENT";

    /// <summary>Prefix of the others.</summary>
    public const string Prefix = "rmq_sys_";

    /// <summary>Ends the name of the topic that keeps answers to request messages: <c>&lt;cluster&gt;_REPLY_TOPIC</c>.</summary>
    public const string ReplySuffix = "_REPLY_TOPIC";

    private static readonly string[] Named =
    [
        AutoCreateTemplate, Schedule, Benchmark, TransactionHalf, TransactionOperation, Trace, TransactionCheckMaxTime, SelfTest,
        OffsetMovedEvent, "CHECKPOINT_TOPIC",
    ];

    private static readonly byte[][] NotWritable =
    [
        "SCHEDULE_TOPIC_XXXX"u8.ToArray(), "RMQ_SYS_TRANS_HALF_TOPIC"u8.ToArray(), "RMQ_SYS_TRANS_OP_HALF_TOPIC"u8.ToArray(),
        "TRANS_CHECK_MAX_TIME_TOPIC"u8.ToArray(), "SELF_TEST_TOPIC"u8.ToArray(), "OFFSET_MOVED_EVENT"u8.ToArray(),
        "rmq_sys_wheel_timer"u8.ToArray(),
    ];

    /// <summary>Whether the messages of a topic wait for something that the broker does with them: they are not done with when they are old.</summary>
    public static bool IsWaitingRoom(string topic) => topic is Schedule or TransactionHalf or TransactionOperation or Timer;

    /// <summary>The topic that keeps answers to request messages.</summary>
    public static string ReplyOf(string clusterName) => clusterName + ReplySuffix;

    /// <summary>Whether a topic is one of RocketMQ's own in a cluster and a broker of these names.</summary>
    public static bool IsSystem(string topic, string clusterName, string brokerName) =>
        Array.IndexOf(Named, topic) >= 0
        || topic.StartsWith(Prefix, StringComparison.Ordinal)
        || topic == clusterName
        || topic == brokerName
        || topic == ReplyOf(clusterName);

    /// <summary>Whether clients must not send to a topic.</summary>
    public static bool IsForbiddenToClients(ReadOnlySpan<byte> topic)
    {
        foreach (var name in NotWritable)
        {
            if (topic.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc cref="IsForbiddenToClients(ReadOnlySpan{byte})" />
    public static bool IsForbiddenToClients(string topic) => IsForbiddenToClients(Encoding.UTF8.GetBytes(topic));

    /// <summary>The remark of code 16 to a client that sends to such a topic.</summary>
    public static string ForbiddenRemark(string topic) => $"Sending message to topic[{topic}] is forbidden.";

    /// <summary>The remark of code 1 to a tool that creates or deletes such a topic.</summary>
    public static string ConflictRemark(string topic) => $"The topic[{topic}] is conflict with system topic.";
}

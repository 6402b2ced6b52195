namespace Rocket.Protocol.Topics;

/// <summary>Rules for topic names, and the names that the broker derives from groups.</summary>
public static class TopicName
{
    /// <summary>Greatest length; all characters are ASCII, so bytes and characters are the same.</summary>
    public const int MaxLength = Messages.MessageLayout.MaxTopicBytes;

    /// <summary>What the topic that keeps a group's retries starts with.</summary>
    public const string RetryPrefix = "%RETRY%";

    /// <summary>What the topic that keeps a group's dead letters starts with.</summary>
    public const string DeadLetterPrefix = "%DLQ%";

    /// <summary>Checks a name as RocketMQ does; false with RocketMQ's own words.</summary>
    public static bool Validate(ReadOnlySpan<byte> topic, out string remark) =>
        ResourceName.Validate(topic, "topic", MaxLength, out remark);

    /// <inheritdoc cref="Validate(ReadOnlySpan{byte}, out string)" />
    public static bool Validate(string? topic, out string remark) => ResourceName.Validate(topic, "topic", MaxLength, out remark);

    /// <summary>The topic that keeps a group's retries.</summary>
    public static string RetryOf(string group) => RetryPrefix + group;

    /// <summary>The topic that keeps a group's dead letters.</summary>
    public static string DeadLetterOf(string group) => DeadLetterPrefix + group;

    /// <summary>Whether a topic keeps a group's retries.</summary>
    public static bool IsRetry(ReadOnlySpan<byte> topic) => topic.StartsWith("%RETRY%"u8);

    /// <inheritdoc cref="IsRetry(ReadOnlySpan{byte})" />
    public static bool IsRetry(string topic) => topic.StartsWith(RetryPrefix, StringComparison.Ordinal);

    /// <summary>Whether a topic keeps a group's dead letters.</summary>
    public static bool IsDeadLetter(string topic) => topic.StartsWith(DeadLetterPrefix, StringComparison.Ordinal);
}

namespace Rocket.Protocol.Json;

/// <summary>A topic's queues on one broker.</summary>
public sealed record QueueData
{
    public string BrokerName { get; init => field = value ?? string.Empty; } = string.Empty;

    /// <summary>Bits of <see cref="Topics.TopicPermission"/>.</summary>
    public int Perm { get; init; }

    public int ReadQueueNums { get; init; }

    public int TopicSysFlag { get; init; }

    public int WriteQueueNums { get; init; }
}

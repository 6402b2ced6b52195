namespace Rocket.Protocol.Json;

/// <summary>Names one queue of the cluster.</summary>
public sealed record MessageQueue
{
    public MessageQueue()
    {
    }

    public MessageQueue(string brokerName, int queueId, string topic)
    {
        BrokerName = brokerName;
        QueueId = queueId;
        Topic = topic;
    }

    public string BrokerName { get; init => field = value ?? string.Empty; } = string.Empty;

    public int QueueId { get; init; }

    public string Topic { get; init => field = value ?? string.Empty; } = string.Empty;
}

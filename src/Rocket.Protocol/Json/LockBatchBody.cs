namespace Rocket.Protocol.Json;

/// <summary>Body of 41 and 42: the queues a client wants to lock or unlock for its group.</summary>
public sealed record LockBatchBody
{
    public string ClientId { get; init => field = value ?? string.Empty; } = string.Empty;

    public string ConsumerGroup { get; init => field = value ?? string.Empty; } = string.Empty;

    public IReadOnlyList<MessageQueue> MqSet { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

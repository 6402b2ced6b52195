using System.Text.Json.Serialization;

namespace Rocket.Protocol.Json;

/// <summary>Answers 41: the queues that the client holds now.</summary>
public sealed record LockBatchResult
{
    [JsonPropertyName("lockOKMQSet")]
    public IReadOnlyList<MessageQueue> LockedQueues { get; init => field = BodyLists.WithoutNulls(value); } = [];
}

namespace Rocket.Actors.Metadata;

/// <summary>Names a message queue within its broker.</summary>
public readonly record struct TopicQueue(string Topic, int QueueId)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Topic}@{QueueId}";
}

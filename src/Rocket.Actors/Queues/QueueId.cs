namespace Rocket.Actors.Queues;

/// <summary>One message queue of one topic, within its broker.</summary>
public readonly record struct QueueId(string Topic, int Number)
{
    /// <summary>Name of the queue's log: <c>topic@number</c>. Topics cannot contain '@'.</summary>
    public override string ToString() => $"{Topic}@{Number}";
}

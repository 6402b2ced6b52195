namespace Rocket.Actors.Metadata;

/// <summary>How far a group has consumed a queue.</summary>
/// <param name="Group">Consumer group.</param>
/// <param name="Topic">Topic of the queue.</param>
/// <param name="QueueId">Queue id.</param>
/// <param name="Offset">The next queue offset to consume.</param>
public readonly record struct CommittedOffset(string Group, string Topic, int QueueId, long Offset);

namespace Rocket.Actors.Metadata;

/// <summary>A client's ownership of a queue for a group.</summary>
/// <param name="Group">Consumer group.</param>
/// <param name="Topic">Topic of the queue.</param>
/// <param name="QueueId">Queue id.</param>
/// <param name="ClientId">The owner.</param>
/// <param name="Expiry">Unix time in milliseconds from which another client may take the queue.</param>
public sealed record QueueLock(string Group, string Topic, int QueueId, string ClientId, long Expiry);

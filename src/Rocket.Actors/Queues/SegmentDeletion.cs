using Rocket.Actors.Storage;

namespace Rocket.Actors.Queues;

/// <summary>A segment that shall go: the oldest one of its queue's log.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Why">The rule that it falls under, for the log.</param>
public sealed record SegmentDeletion(QueueId Queue, SegmentInfo Segment, string Why);

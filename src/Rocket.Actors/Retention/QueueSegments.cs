using Rocket.Actors.Queues;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Retention;

/// <summary>The complete segments of one queue, oldest first.</summary>
internal sealed record QueueSegments(QueueId Queue, IReadOnlyList<SegmentInfo> Segments);

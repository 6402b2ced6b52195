namespace Rocket.Actors.Metadata;

/// <summary>One ordinal of a queue: physical offsets <c>Ordinal &lt;&lt; 40</c> and on mean the queue's log from <paramref name="BasePosition"/>.</summary>
/// <param name="Topic">Topic of the queue.</param>
/// <param name="QueueId">Queue id.</param>
/// <param name="Ordinal">0 to <see cref="MaxOrdinal"/>.</param>
/// <param name="BasePosition">Position in the queue's log, a byte count from its beginning.</param>
public sealed record QueueOrdinal(string Topic, int QueueId, int Ordinal, long BasePosition)
{
    /// <summary>2^23 − 1: with 40 bits of offset below it, the greatest that keeps a physical offset positive.</summary>
    public const int MaxOrdinal = (1 << 23) - 1;
}

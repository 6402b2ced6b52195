namespace Rocket.Benchmarks.Load;

/// <summary>Where a consumer stands in one queue.</summary>
/// <param name="queue">The queue.</param>
/// <param name="next">Queue offset that it pulls next.</param>
/// <param name="end">Queue offset at which it stops; null = it waits for more.</param>
internal sealed class ReadPosition(TargetQueue queue, long next, long? end)
{
    public TargetQueue Queue { get; } = queue;

    public long Next { get; set; } = next;

    public bool IsAtEnd => end is { } limit && Next >= limit;

    /// <summary>Whether to have the broker hold a pull while there is nothing to read.</summary>
    public bool Waits => end is null;
}

namespace Rocket.Protocol.Json;

/// <summary>Body of the answer to GET_ALL_DELAY_OFFSET (45).</summary>
public sealed record DelayOffsetTable
{
    /// <summary>By level, 1 and up: the next offset of its queue to be delivered.</summary>
    public IReadOnlyDictionary<int, long> OffsetTable { get; init; } = new Dictionary<int, long>();
}

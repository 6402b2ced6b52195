namespace Rocket.Actors.Schedules;

/// <summary>How far the levels of a broker have come, for whoever asks from another thread.</summary>
public sealed class DelayedOffsets
{
    private readonly DelayedQueue[] _levels;

    internal DelayedOffsets(DelayedQueue[] levels) => _levels = levels;

    /// <summary>By level, 1 and up: everything before this offset of its queue is delivered, and that is durable.</summary>
    public IEnumerable<KeyValuePair<int, long>> All => _levels.Select(static level => KeyValuePair.Create(level.Number + 1, level.Durable));
}

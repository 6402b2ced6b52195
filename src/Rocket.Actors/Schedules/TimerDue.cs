using Rocket.Actors.Storage;

namespace Rocket.Actors.Schedules;

/// <summary>
/// When a message of the timer queue is due, as the index of its log says without reading the message: the lower 32 bits of the time in milliseconds stand where other queues have the hash of a tag.
/// Together with the time of storage that is exact for 49 days.
/// </summary>
public static class TimerDue
{
    /// <summary>A time that far behind the storage is one before it: the message was written after it was due.</summary>
    private const uint Farthest = 45u * 24 * 60 * 60 * 1000;

    /// <summary>The farthest that a message may be delayed.</summary>
    public static TimeSpan Horizon { get; } = TimeSpan.FromDays(40);

    /// <summary>What the index says.</summary>
    /// <param name="due">Milliseconds since 1970.</param>
    public static int ToIndex(long due) => unchecked((int)due);

    /// <summary>When it is due, milliseconds since 1970; not before it was stored.</summary>
    public static long Of(in IndexEntry entry)
    {
        var ahead = unchecked((uint)entry.TagHash - (uint)entry.StoreTimestamp);
        return ahead > Farthest ? entry.StoreTimestamp : entry.StoreTimestamp + ahead;
    }
}

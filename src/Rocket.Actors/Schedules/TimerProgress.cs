using System.Text.Json.Serialization;

namespace Rocket.Actors.Schedules;

/// <summary>Which messages of a broker's timer queue are delivered: all below an offset, and of those before another one all that come before a point in their order.</summary>
/// <param name="Below">Every message below this offset.</param>
/// <param name="Before">Of the messages before this offset …</param>
/// <param name="Until">… every one that is due at this time or earlier, milliseconds since 1970 …</param>
/// <param name="Beyond">… and of those that are due a millisecond later every one below this offset.</param>
public sealed record TimerProgress(
    long Below,
    long Before,
    long Until,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Beyond = 0)
{
    public static TimerProgress None { get; } = new(0, 0, 0);

    /// <summary>The first point that is not known to be delivered.</summary>
    internal TimerPoint End => new(Until + 1, Beyond);

    /// <summary>Everything before a point of the order, and below an offset.</summary>
    internal static TimerProgress Of(long below, long before, TimerPoint end) => new(below, before, end.Due - 1, end.Offset);

    /// <summary>Whether a message is delivered.</summary>
    public bool Covers(long offset, long due) => offset < Below || (offset < Before && new TimerPoint(due, offset) < End);
}

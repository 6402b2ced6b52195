namespace Rocket.Actors.Schedules;

/// <summary>Which messages of a broker's timer queue are delivered: all below an offset, and of those before another one all that were due by some time.</summary>
/// <param name="Below">Every message below this offset.</param>
/// <param name="Before">Of the messages before this offset …</param>
/// <param name="Until">… every one that is due at this time or earlier, milliseconds since 1970.</param>
public sealed record TimerProgress(long Below, long Before, long Until)
{
    public static TimerProgress None { get; } = new(0, 0, 0);

    /// <summary>Whether a message is delivered.</summary>
    public bool Covers(long offset, long due) => offset < Below || (offset < Before && due <= Until);
}

namespace Rocket.Actors.Schedules;

/// <summary>A place in the order in which timed messages are delivered: by their times, and those of one time by their offsets.</summary>
/// <param name="Due">Milliseconds since 1970.</param>
/// <param name="Offset">Offset in the timer queue.</param>
internal readonly record struct TimerPoint(long Due, long Offset) : IComparable<TimerPoint>
{
    /// <summary>Behind every message that is due at that time or earlier.</summary>
    public static TimerPoint After(long due) => new(due + 1, 0);

    public static bool operator <(TimerPoint left, TimerPoint right) => left.CompareTo(right) < 0;

    public static bool operator >(TimerPoint left, TimerPoint right) => left.CompareTo(right) > 0;

    public static bool operator <=(TimerPoint left, TimerPoint right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TimerPoint left, TimerPoint right) => left.CompareTo(right) >= 0;

    public static TimerPoint Earlier(TimerPoint left, TimerPoint right) => left < right ? left : right;

    public static TimerPoint Later(TimerPoint left, TimerPoint right) => left < right ? right : left;

    public int CompareTo(TimerPoint other) => Due != other.Due ? Due.CompareTo(other.Due) : Offset.CompareTo(other.Offset);
}

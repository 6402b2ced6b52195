namespace Rocket.Actors.Replication;

/// <summary>
/// How fast a node reads for copies that are behind. While clients write to what is read, no faster than they write and <paramref name="rate"/> on top: a copy gains that much on them, and they keep
/// the machine. Without them as fast as the machine goes. Pure; one thread at a time.
/// </summary>
/// <param name="rate">Bytes a second that a copy gains.</param>
public sealed class CatchUpPace(long rate)
{
    /// <summary>Bytes a second unless a node is told otherwise: a gibibyte that was missed is made up for in ten seconds (<c>replication --catch-up</c>, two cores).</summary>
    public const long UsualRate = 128 << 20;

    /// <summary>Nothing was written for so long: there are no clients to be spared.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    /// <summary>What was not used for so long is forgotten.</summary>
    private static readonly TimeSpan LongestSaving = TimeSpan.FromMilliseconds(50);

    /// <summary>At most this at a time, so that nobody waits long who asks for something else.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(50);

    private long _budget;
    private TimeSpan _last;
    private TimeSpan _writtenAt = TimeSpan.MinValue;

    /// <summary>Bytes were read. Answers how long to rest.</summary>
    /// <param name="read">So many.</param>
    /// <param name="written">Bytes that clients wrote to that log since it was last read for that copy.</param>
    /// <param name="now">Time since any fixed moment.</param>
    public TimeSpan Took(long read, long written, TimeSpan now)
    {
        if (written > 0)
        {
            _writtenAt = now;
        }

        if (_writtenAt == TimeSpan.MinValue || now - _writtenAt > Quiet)
        {
            (_budget, _last) = (0, now);
            return TimeSpan.Zero;
        }

        _budget = Math.Min(Bytes(LongestSaving), _budget + Bytes(now - _last)) + written - read;
        _last = now;
        return _budget >= 0 ? TimeSpan.Zero : Min(LongestRest, TimeSpan.FromSeconds(-_budget / (double)rate));
    }

    private long Bytes(TimeSpan time) => (long)(Math.Min(time.TotalSeconds, 1) * rate);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

namespace Rocket.Actors.Storage;

/// <summary>
/// When something that goes wrong again and again, or comes and goes, is worth another line in the log: at once the first time, then after pauses that double
/// up to a minute. What was quiet for two minutes begins anew. One thread at a time.
/// </summary>
public sealed class LineSpacing(TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private TimeSpan _pause;
    private long _said;
    private long _happened;

    /// <summary>It happened, or goes on. True: say so.</summary>
    public bool IsDue()
    {
        var now = time.GetTimestamp();
        if (_pause > TimeSpan.Zero && time.GetElapsedTime(_happened, now) > 2 * LongestPause)
        {
            _pause = TimeSpan.Zero;
        }

        _happened = now;
        if (_pause > TimeSpan.Zero && time.GetElapsedTime(_said, now) < _pause)
        {
            return false;
        }

        _said = now;
        _pause = _pause == TimeSpan.Zero ? ShortestPause : 2 * _pause < LongestPause ? 2 * _pause : LongestPause;
        return true;
    }
}

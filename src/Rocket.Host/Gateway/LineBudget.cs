namespace Rocket.Host.Gateway;

/// <summary>How many lines may still be written in this minute. What is beyond is counted, to be told in one line when the minute is over.</summary>
internal sealed class LineBudget(int linesPerMinute, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _began = time.GetTimestamp();
    private int _written;
    private int _leftOut;

    /// <summary>Whether a line may be written; if not, it is counted.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            if (_written < linesPerMinute)
            {
                _written++;
                return true;
            }

            _leftOut++;
            return false;
        }
    }

    /// <summary>Begins the next minute when this one is over. Returns how many lines were left out in it; 0: none, or it goes on.</summary>
    public int Renew()
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_began) < Window)
            {
                return 0;
            }

            _began = time.GetTimestamp();
            _written = 0;
            return Interlocked.Exchange(ref _leftOut, 0);
        }
    }
}

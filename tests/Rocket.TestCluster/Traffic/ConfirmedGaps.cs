using System.Diagnostics;

namespace Rocket.TestCluster.Traffic;

/// <summary>Longest times without a confirmed send: of a broker, and of one of its queues alone.</summary>
internal sealed class ConfirmedGaps(int queues)
{
    private readonly Lock _gate = new();
    private readonly long[] _lastOfQueue = new long[queues];
    private long _last;
    private TimeSpan _longest;
    private TimeSpan _longestOfQueue;

    /// <summary>Longest time in which no queue had a confirmed send, the present one included.</summary>
    public TimeSpan Longest
    {
        get
        {
            lock (_gate)
            {
                return Greater(_longest, Stopwatch.GetElapsedTime(_last));
            }
        }
    }

    /// <summary>Longest time in which some queue had none, the present one included.</summary>
    public TimeSpan LongestOfQueue
    {
        get
        {
            lock (_gate)
            {
                return Greater(_longestOfQueue, Stopwatch.GetElapsedTime(_lastOfQueue.Min()));
            }
        }
    }

    /// <summary>Begins to measure now.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _last = Stopwatch.GetTimestamp();
            Array.Fill(_lastOfQueue, _last);
            (_longest, _longestOfQueue) = (TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>A send to a queue is confirmed.</summary>
    public void Confirmed(int queue)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            _longest = Greater(_longest, Stopwatch.GetElapsedTime(_last, now));
            _longestOfQueue = Greater(_longestOfQueue, Stopwatch.GetElapsedTime(_lastOfQueue[queue], now));
            _last = _lastOfQueue[queue] = now;
        }
    }

    private static TimeSpan Greater(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

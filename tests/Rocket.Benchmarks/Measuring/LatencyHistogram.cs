using System.Diagnostics;
using System.Numerics;

namespace Rocket.Benchmarks.Measuring;

/// <summary>
/// Counts of durations in log-linear buckets: every power of two of nanoseconds is cut into 64 equal steps, so a value read back is at most 1.6 %
/// above the one recorded. Not thread-safe; each connection has its own, and they are added up at the end.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;

    // 2^42 ns are 73 minutes: longer than any run waits for an answer.
    private const int TopBit = 42;
    private const int Buckets = (TopBit - StepBits + 2) * Steps;

    private readonly long[] _counts = new long[Buckets];
    private long _max;

    public long Count { get; private set; }

    /// <summary>Longest duration recorded, exact, in nanoseconds.</summary>
    public long Max => _max;

    /// <summary>Records durations of <paramref name="ticks"/> Stopwatch ticks.</summary>
    public void RecordTicks(long ticks)
    {
        var nanoseconds = Stopwatch.Frequency == 1_000_000_000 ? ticks : (long)(ticks * (1e9 / Stopwatch.Frequency));
        nanoseconds = Math.Clamp(nanoseconds, 0, (1L << TopBit) - 1);
        _counts[BucketOf(nanoseconds)]++;
        Count++;
        _max = Math.Max(_max, nanoseconds);
    }

    /// <summary>Nanoseconds that this share (0..1) of the recorded durations does not exceed, rounded up to a bucket's end; 0 when nothing was recorded.</summary>
    public long Quantile(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var bucket = 0; bucket < Buckets && Count > 0; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
            {
                return Math.Min(EndOf(bucket), _max);
            }
        }

        return 0;
    }

    public void Add(LatencyHistogram other)
    {
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
        _max = Math.Max(_max, other._max);
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
        _max = 0;
    }

    // Below 64 ns a bucket is one nanosecond; above, the six bits behind the leading one choose the step.
    private static int BucketOf(long nanoseconds)
    {
        if (nanoseconds < Steps)
        {
            return (int)nanoseconds;
        }

        var shift = BitOperations.Log2((ulong)nanoseconds) - StepBits;
        return ((shift + 1) << StepBits) + (int)((nanoseconds >> shift) & (Steps - 1));
    }

    private static long EndOf(int bucket)
    {
        if (bucket < Steps)
        {
            return bucket;
        }

        var shift = (bucket >> StepBits) - 1;
        return ((Steps + (bucket & (Steps - 1)) + 1L) << shift) - 1;
    }
}

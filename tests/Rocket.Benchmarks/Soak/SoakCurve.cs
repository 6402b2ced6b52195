using System.Globalization;

namespace Rocket.Benchmarks.Soak;

/// <summary>Says whether a node stayed as it was: the medians of the last quarter of a run against those of its second quarter, when everything had warmed up.</summary>
internal static class SoakCurve
{
    /// <summary>What has grown; empty: all is flat.</summary>
    public static IReadOnlyList<string> Judge(IReadOnlyList<SoakSample> samples)
    {
        var quarter = samples.Count / 4;
        if (quarter == 0)
        {
            return ["too few samples to judge: run longer, or sample more often"];
        }

        var before = samples.Skip(quarter).Take(quarter).ToList();
        var after = samples.Skip(samples.Count - quarter).ToList();
        List<string> grown = [];
        Compare("memory", sample => sample.Memory, share: 0.15, atLeast: 16 << 20);
        Compare("handles", sample => sample.Handles, share: 0.05, atLeast: 20);
        Compare("threads", sample => sample.Threads, share: 0.1, atLeast: 3);
        Compare("p99 of a send", sample => sample.P99, share: 1, atLeast: 2_000_000);
        return grown;

        void Compare(string name, Func<SoakSample, double> value, double share, double atLeast)
        {
            var (from, to) = (Median(before.Select(value)), Median(after.Select(value)));
            if (to - from > Math.Max(from * share, atLeast))
            {
                grown.Add(string.Create(CultureInfo.InvariantCulture, $"{name} grew from {from:F0} to {to:F0}"));
            }
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}

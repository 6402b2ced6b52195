using System.Globalization;
using Rocket.TestClient.Codes;

namespace Rocket.Benchmarks.Faults;

/// <summary>What a run of faults came to, a row for each kind.</summary>
internal static class FaultReport
{
    /// <summary>Median, 95th percentile and the most, in seconds.</summary>
    public static string Percentiles(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalSeconds).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{Quantile(0.5):F2} / {Quantile(0.95):F2} / {sorted[^1]:F2}");

        // The smallest that so many do not exceed.
        double Quantile(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }

    public static IEnumerable<string> Lines(IReadOnlyList<FaultOutcome> outcomes)
    {
        yield return "seconds: median / 95th percentile / most";
        yield return $"{"fault",-22}{"n",4}  {"no confirmed send",-22}{"the other broker",-22}{"on the way back",-22}{"until whole",-22}refused by code, not answered";
        foreach (var kind in outcomes.GroupBy(outcome => outcome.Fault.Kind).OrderBy(kind => kind.Key))
        {
            yield return $"{kind.Key.Name(),-22}{kind.Count(),4}  {Percentiles(kind.Select(outcome => outcome.Struck.LongestGap)),-22}"
                + $"{Percentiles(kind.Select(outcome => outcome.StruckOther.LongestGap)),-22}"
                + $"{Percentiles(kind.Select(outcome => Longer(outcome.Returned.LongestGap, outcome.ReturnedOther.LongestGap))),-22}"
                + $"{Percentiles(kind.Select(outcome => outcome.UntilWhole)),-22}{Refusals([.. kind])}";
            foreach (var times in kind.SelectMany(outcome => outcome.Times).GroupBy(time => time.Key, time => time.Value))
            {
                yield return $"  {times.Key + ":",-32}{times.Count(),4}  {Percentiles(times)}";
            }
        }
    }

    private static string Refusals(IReadOnlyList<FaultOutcome> outcomes)
    {
        var codes = outcomes.SelectMany(outcome => outcome.All).SelectMany(figures => figures.Codes)
            .Where(code => code.Key != ResponseCode.Success)
            .GroupBy(code => code.Key, code => code.Value)
            .OrderBy(code => code.Key)
            .Select(code => string.Create(CultureInfo.InvariantCulture, $"{code.Sum()} x {code.Key}"));
        var unanswered = outcomes.SelectMany(outcome => outcome.All).Sum(figures => figures.Unanswered);
        return string.Join(", ", codes.Append(string.Create(CultureInfo.InvariantCulture, $"{unanswered} not answered")));
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

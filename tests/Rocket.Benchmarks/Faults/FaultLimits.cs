using System.Globalization;

namespace Rocket.Benchmarks.Faults;

/// <summary>What a fault may cost. More than that is said, and does not fail a run: machines differ.</summary>
internal static class FaultLimits
{
    private static readonly TimeSpan Takeover = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Planned = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusedWithin = TimeSpan.FromSeconds(5);

    /// <summary>A client that waits for a node which stands still does so for this long before it looks for another.</summary>
    private static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(3);

    /// <summary>Everything that took longer, or was refused, although it need not be.</summary>
    public static IEnumerable<string> Exceeded(FaultOutcome outcome)
    {
        var kind = outcome.Fault.Kind;
        var (own, other) = kind switch
        {
            FaultKind.KillMaster or FaultKind.Wipe => (Takeover, Planned),
            FaultKind.FreezeMaster or FaultKind.FreezeBriefly => (Takeover + ClientPatience, Takeover + ClientPatience),
            FaultKind.KillWhileReturning => (Takeover * 2, Takeover * 2),
            FaultKind.KillAll or FaultKind.KillTwo or FaultKind.StopAll => (TimeSpan.MaxValue, TimeSpan.MaxValue),
            FaultKind.FreezeSlave => (Takeover, Takeover),
            _ => (Planned, Planned),
        };
        foreach (var (what, gap, limit) in new[]
        {
            ("without a confirmed send", outcome.Struck.LongestGap, own),
            ("without a confirmed send on the other broker", outcome.StruckOther.LongestGap, other),
            ("without a confirmed send on the way back", outcome.Returned.LongestGap, Planned),
            ("without a confirmed send on the other broker on the way back", outcome.ReturnedOther.LongestGap, Planned),
            ("until 14 was answered", outcome.Times.GetValueOrDefault("answered 14"), RefusedWithin),
            ("until served again", outcome.Times.GetValueOrDefault("served again after one is back"), Takeover),
        })
        {
            if (gap > limit)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{gap.TotalSeconds:F1} s {what}, more than {limit.TotalSeconds:F0} s");
            }
        }

        if (kind is FaultKind.HandOver)
        {
            var failed = outcome.All.Sum(figures => figures.Refused + figures.Unanswered);
            if (failed > 0)
            {
                var remarks = outcome.All.SelectMany(figures => figures.Remarks).GroupBy(remark => remark.Key, remark => remark.Value).Select(remark => $"{remark.Sum()} x {remark.Key}");
                yield return string.Create(CultureInfo.InvariantCulture, $"{failed} sends failed in a planned change: {string.Join("; ", remarks)}");
            }
        }
    }
}

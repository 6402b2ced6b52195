using System.Globalization;
using Rocket.TestCluster.Traffic;

namespace Rocket.Benchmarks.Faults;

/// <summary>What one fault did to those who send.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Struck">The fault's broker, from the fault until it was served again.</param>
/// <param name="StruckOther">The other broker meanwhile.</param>
/// <param name="Returned">The fault's broker, from then until all was whole.</param>
/// <param name="ReturnedOther">The other broker meanwhile.</param>
/// <param name="UntilWhole">How long that took.</param>
/// <param name="Times">What else was measured, by what it is.</param>
internal sealed record FaultOutcome(
    Fault Fault,
    TrafficFigures Struck,
    TrafficFigures StruckOther,
    TrafficFigures Returned,
    TrafficFigures ReturnedOther,
    TimeSpan UntilWhole,
    IReadOnlyDictionary<string, TimeSpan> Times)
{
    /// <summary>All four measurements.</summary>
    public IEnumerable<TrafficFigures> All => [Struck, StruckOther, Returned, ReturnedOther];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Fault}: {string.Join(", ", Times.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Key} {time.Value.TotalSeconds:F1} s")).Append(string.Create(CultureInfo.InvariantCulture, $"whole {UntilWhole.TotalSeconds:F1} s")))}
            struck:   {Struck}
            other:    {StruckOther}
            returned: {Returned}
            other:    {ReturnedOther}
        """);
}

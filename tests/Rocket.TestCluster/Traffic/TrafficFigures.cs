using System.Globalization;
using Rocket.TestClient.Codes;

namespace Rocket.TestCluster.Traffic;

/// <summary>What producers met since they began to measure.</summary>
/// <param name="LongestGap">Longest time without a confirmed send.</param>
/// <param name="LongestQueueGap">The same of one queue alone.</param>
/// <param name="Codes">How often each code was answered.</param>
/// <param name="Unanswered">Sends whose connection ended, or that were not answered in time.</param>
/// <param name="Remarks">How often each remark of a refusal was answered.</param>
internal sealed record TrafficFigures(
    TimeSpan LongestGap, TimeSpan LongestQueueGap, IReadOnlyDictionary<int, int> Codes, int Unanswered, IReadOnlyDictionary<string, int> Remarks)
{
    /// <summary>Sends answered with another code than SEND_OK.</summary>
    public int Refused => Codes.Where(code => code.Key != ResponseCode.Success).Sum(code => code.Value);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"gap {LongestGap.TotalSeconds:F2} s (one queue {LongestQueueGap.TotalSeconds:F2} s), "
        + $"{string.Join(", ", Codes.OrderBy(code => code.Key).Select(code => $"{code.Value} x {code.Key}"))}, {Unanswered} not answered");
}

using Xunit;

namespace Rocket.Architecture.Tests;

/// <summary>Fails with every breach of a rule at once: to mend them one by one is slow.</summary>
internal static class Findings
{
    public static void None(string rule, IEnumerable<string> breaches)
    {
        var lines = breaches.Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(lines.Count == 0, $"{rule}:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", lines)}");
    }
}

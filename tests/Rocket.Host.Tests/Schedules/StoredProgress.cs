using System.Globalization;
using System.Text;

namespace Rocket.Host.Tests.Schedules;

/// <summary>What a broker's metadata log says on the disk of how far waiting messages are delivered, while the node runs.</summary>
internal static class StoredProgress
{
    /// <summary>Whether the log has such a text.</summary>
    public static bool Has(string dataDir, string text) => Logs(dataDir).Any(log => log.Contains(text, StringComparison.Ordinal));

    /// <summary>Whether the last word about so many timed messages is that all which were due at a time are delivered.</summary>
    public static bool HasTimers(string dataDir, int count, long due)
    {
        var before = $"\"before\":{count},\"until\":";
        return Logs(dataDir).Any(log => log.LastIndexOf(before, StringComparison.Ordinal) is var last and >= 0
            && long.TryParse(log.AsSpan(last + before.Length, 13), CultureInfo.InvariantCulture, out var until)
            && until >= due);
    }

    private static IEnumerable<string> Logs(string dataDir)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(dataDir, "brokers", "broker-a", "metadata"), "*.log"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.Latin1);
            yield return reader.ReadToEnd();
        }
    }
}

using Rocket.Host.Configuration;

namespace Rocket.Host.CommandLine;

/// <summary>What <c>--check-config</c> prints: HOCON again, one key a line, with its origin as a comment.</summary>
internal static class ConfigurationReport
{
    private const int MostPadding = 72;

    /// <summary>Writes the report.</summary>
    public static async Task WriteAsync(NodeConfiguration configuration, TextWriter output)
    {
        await output.WriteLineAsync($"# Rocket {ProductVersion.Text}: the configuration of {configuration.Node.NodeName} is valid.");
        foreach (var warning in configuration.Warnings)
        {
            await output.WriteLineAsync($"# Warning: {warning}");
        }

        // Derived settings stand in comments: the report may be used as a file, and Rocket derives them again.
        var lines = configuration.Effective
            .OrderBy(setting => setting.IsDerived)
            .Select(setting => (Text: $"{(setting.IsDerived ? "# " : "")}{setting.Key} = {setting.Value}", setting.Origin))
            .ToList();
        var width = Math.Min(lines.Max(line => line.Text.Length), MostPadding);
        foreach (var (text, origin) in lines)
        {
            await output.WriteLineAsync($"{text.PadRight(width)}  # {origin}");
        }
    }
}

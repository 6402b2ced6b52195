using Rocket.Host.Configuration;

namespace Rocket.Host.CommandLine;

/// <summary>What <c>--check-config</c> prints: HOCON again, with the origin of each key as a comment.</summary>
internal static class ConfigurationReport
{
    private const int MostPadding = 72;

    /// <summary>Writes the report.</summary>
    public static async Task WriteAsync(NodeConfiguration configuration, TextWriter output)
    {
        await output.WriteLineAsync($"# Rocket {ProductVersion.Text}: the configuration of {configuration.Node.NodeName} is valid.");
        foreach (var warning in configuration.Warnings)
            await output.WriteLineAsync($"# Warning: {warning}");

        var lines = configuration.Effective.Select(setting => (Text: $"{setting.Key} = {setting.Value}", setting.Origin)).ToList();
        var width = Math.Min(lines.Max(line => line.Text.Length), MostPadding);
        foreach (var (text, origin) in lines)
            await output.WriteLineAsync($"{text.PadRight(width)}  # {origin}");
    }
}

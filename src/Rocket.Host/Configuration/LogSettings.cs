using Serilog.Events;

namespace Rocket.Host.Configuration;

/// <summary>What is logged, and where beside the console.</summary>
/// <param name="File">Absolute path of the log file; null when there is none.</param>
/// <param name="Level">Least level of what Rocket says.</param>
/// <param name="AkkaLevel">Least level of what Akka.NET itself says; null when it is silent.</param>
/// <param name="MaxSize">Bytes at which the log begins its next file.</param>
/// <param name="RetainedFiles">Files kept, the current one included.</param>
public sealed record LogSettings(string? File, LogEventLevel Level, LogEventLevel? AkkaLevel, long MaxSize, int RetainedFiles)
{
    /// <summary>For what has to be said before the configuration is read, or without one.</summary>
    public static LogSettings ConsoleOnly { get; } = new(null, LogEventLevel.Information, LogEventLevel.Warning, 1 << 20, 1);
}

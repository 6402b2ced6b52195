using Microsoft.Extensions.Logging;
using Rocket.Host.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Rocket.Host.Logging;

/// <summary>
/// The log of the process: console and, when configured, a rolling file. What Rocket, Akka.NET and Kestrel say ends here.
/// </summary>
/// <remarks>
/// Akka makes its loggers from a class name, so they reach the log through Serilog's process-wide <see cref="Log.Logger"/>.
/// </remarks>
public sealed class HostLog : IAsyncDisposable
{
    private readonly Logger _logger;

    private HostLog(Logger logger)
    {
        _logger = logger;
        Factory = new SerilogLoggerFactory(logger);
    }

    /// <summary>For code that logs through Serilog.</summary>
    public Serilog.ILogger Logger => _logger;

    /// <summary>For Kestrel and whatever else logs through Microsoft.Extensions.Logging.</summary>
    public ILoggerFactory Factory { get; }

    /// <summary>Opens the log and makes it the process's. An unwritable file refuses the start.</summary>
    /// <exception cref="StartRefusedException">The log file can't be written.</exception>
    public static HostLog Start(LogSettings settings)
    {
        var levels = new LoggerConfiguration()
            .MinimumLevel.Is(settings.Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("System", LogEventLevel.Warning)
            .MinimumLevel.Override(AkkaLogForwarder.AkkaSource, settings.AkkaLevel ?? LevelAlias.Off)
            .WriteTo.Console(new LogLineFormatter());
        if (settings.File is not null)
        {
            CheckWritable(settings.File);
            levels.WriteTo.File(
                new LogLineFormatter(),
                settings.File,
                fileSizeLimitBytes: settings.MaxSize,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: settings.RetainedFiles);
        }

        var log = new HostLog(levels.CreateLogger());
        Log.Logger = log._logger;
        return log;
    }

    /// <summary>Writes out what is left.</summary>
    public ValueTask DisposeAsync()
    {
        Factory.Dispose();
        return _logger.DisposeAsync();
    }

    // Serilog's file sink keeps silent about a file that it can't open.
    private static void CheckWritable(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.Open(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"rocket.log.file = {file}: {exception.Message}", exception);
        }
    }
}

using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Rocket.Host.Logging;

/// <summary>
/// One line for each event: time, level, source, message, and of an exception its type and message. The stack follows below it only from
/// error upwards: what is a warning is expected to happen, and its place in the code says nothing to an operator.
/// </summary>
/// <remarks><c>2026-01-31 12:00:00.123 INF GatewayListener  broker-a listens on 127.0.0.1:10911</c>.</remarks>
internal sealed class LogLineFormatter : ITextFormatter
{
    // "lj": text values as they are, not in double quotes.
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture));
        output.Write(Level(logEvent.Level));
        if ((TextOf(AkkaLogForwarder.ActorProperty, logEvent) ?? TextOf(Constants.SourceContextPropertyName, logEvent)) is { } source)
        {
            output.Write(SourceName.Shorten(source));
            output.Write("  ");
        }

        using var message = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, message);
        output.Write(OneLine(message.ToString()));
        if (logEvent.Exception is { } exception)
        {
            WriteException(exception, logEvent.Level, output);
        }

        output.WriteLine();
    }

    private static void WriteException(Exception exception, LogEventLevel level, TextWriter output)
    {
        output.Write(" (");
        output.Write(exception.GetType().Name);
        output.Write(": ");
        output.Write(OneLine(exception.Message));
        output.Write(')');
        if (level < LogEventLevel.Error)
        {
            return;
        }

        output.WriteLine();
        output.Write(exception.ToString());
    }

    private static string? TextOf(string property, LogEvent logEvent) =>
        logEvent.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: string text } ? text : null;

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => " DBG ",
        LogEventLevel.Information => " INF ",
        LogEventLevel.Warning => " WRN ",
        LogEventLevel.Error => " ERR ",
        _ => " FTL ",
    };

    private static string OneLine(string text) => text.AsSpan().ContainsAny('\r', '\n') ? text.ReplaceLineEndings(" | ") : text;
}

using Akka.Event;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using LogEvent = Akka.Event.LogEvent;
using LogLevel = Akka.Event.LogLevel;

namespace Rocket.Host.Logging;

/// <summary>
/// Takes what is published on Akka's event stream to the log. Named in <c>akka.loggers</c> and <c>akka.stdout-logger-class</c>.
/// </summary>
/// <remarks>
/// A <see cref="MinimalLogger"/> is an actor without a mailbox: it is there before the system's first actor and after its last, so one
/// line format holds from the first event to the last and nothing is left in a mailbox when the process dies. Log events are rare;
/// nothing on the way of a message logs above debug.
/// </remarks>
public sealed class AkkaLogForwarder : MinimalLogger
{
    /// <summary>Prefix of the source of what Akka itself says; has a level of its own.</summary>
    internal const string AkkaSource = "Akka";

    /// <summary>Property that holds the path of the actor that speaks.</summary>
    internal const string ActorProperty = "Actor";

    private const string RocketNamespace = "Rocket.";

    /// <summary>Texts whose last time is remembered; one for each broker and reason.</summary>
    private const int MostUnplaceable = 1000;

    private readonly Dictionary<string, LineSpacing> _unplaceable = new(StringComparer.Ordinal);

    /// <inheritdoc />
    protected override void Log(object message)
    {
        if (message is not LogEvent akka)
        {
            return;
        }

        var level = LevelOf(akka.LogLevel());
        if (IsLostPeer(akka.Cause) || (akka.Cause is UnplaceableBrokerException && !IsNews(akka.Cause.Message)))
        {
            level = LogEventLevel.Debug;
        }
        else if (akka.Cause is UnplaceableBrokerException)
        {
            level = LogEventLevel.Warning;
        }


        // Levels go by the class that speaks; a person wants to know which actor it was.
        var isRocket = akka.LogClass?.FullName?.StartsWith(RocketNamespace, StringComparison.Ordinal) == true;
        var logger = isRocket ? Serilog.Log.Logger : Serilog.Log.Logger.ForContext(Constants.SourceContextPropertyName, AkkaSource);
        if (logger.IsEnabled(level))
        {
            logger.ForContext(ActorProperty, akka.LogSource).Write(level, akka.Cause, "{Text:l}", isRocket ? akka.Message?.ToString() ?? "" : WithoutStackTrace(akka.Message?.ToString() ?? ""));
        }
    }

    /// <summary>A node that has gone: a warning tells it in one line, and so do the links. Where in Akka.Remote it was noticed is of no use to anybody.</summary>
    private static bool IsLostPeer(Exception? cause) =>
        cause?.GetType().FullName is "Akka.Remote.EndpointDisassociatedException" or "Akka.Remote.EndpointAssociationException";

    /// <summary>A broker that nobody may lead now is asked for each second, and the coordinator says each time that it found no place. It can't be helped by a line.</summary>
    private bool IsNews(string text)
    {
        lock (_unplaceable)
        {
            if (!_unplaceable.TryGetValue(text, out var spacing))
            {
                if (_unplaceable.Count == MostUnplaceable)
                {
                    _unplaceable.Clear();
                }

                _unplaceable.Add(text, spacing = new LineSpacing(TimeProvider.System));
            }

            return spacing.IsDue();
        }
    }

    /// <summary>Akka.Remote's warnings have the whole exception in their text.</summary>
    private static string WithoutStackTrace(string text) =>
        text.IndexOf("\n   at ", StringComparison.Ordinal) is > 0 and var trace ? text[..trace].TrimEnd() + (text.EndsWith(']') ? "]" : "") : text;

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}

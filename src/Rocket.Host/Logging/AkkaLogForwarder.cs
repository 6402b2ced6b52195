using Akka.Event;
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

    /// <inheritdoc />
    protected override void Log(object message)
    {
        if (message is not LogEvent akka)
        {
            return;
        }

        var text = akka.Message?.ToString() ?? "";
        var level = IsLostPeer(akka.Cause) || IsNoAssociation(text) ? LogEventLevel.Debug : LevelOf(akka.LogLevel());
        if (level == LogEventLevel.Error && IsAboutPeer(text))
        {
            level = LogEventLevel.Warning;
        }

        // Levels go by the class that speaks; a person wants to know which actor it was.
        var isRocket = akka.LogClass?.FullName?.StartsWith(RocketNamespace, StringComparison.Ordinal) == true;
        var logger = isRocket ? Serilog.Log.Logger : Serilog.Log.Logger.ForContext(Constants.SourceContextPropertyName, AkkaSource);
        if (logger.IsEnabled(level))
        {
            logger.ForContext(ActorProperty, akka.LogSource).Write(level, akka.Cause, "{Text:l}", isRocket ? text : WithoutStackTrace(text));
        }
    }

    /// <summary>A node that has gone: a warning tells it in one line, and so do the links. Where in Akka.Remote it was noticed is of no use to anybody.</summary>
    private static bool IsLostPeer(Exception? cause) =>
        cause?.GetType().FullName is "Akka.Remote.EndpointDisassociatedException" or "Akka.Remote.EndpointAssociationException";

    /// <summary>Akka.Remote tries four times a second and says so each time. The cluster's warning that a node is unreachable, and the links', say it once.</summary>
    private static bool IsNoAssociation(string text) => text.StartsWith("AssociationError ", StringComparison.Ordinal);

    /// <summary>
    /// No link to another node, or one that takes this node for gone, or one whose answer sharding waits for, which asks again or ends with its node: the other one is dead or stands still, or
    /// this one did. Nothing is wrong here.
    /// </summary>
    private static bool IsAboutPeer(string text) =>
        text.StartsWith("No response from remote for outbound association", StringComparison.Ordinal)
        || text.Contains(": The ShardCoordinator was unable to ", StringComparison.Ordinal);

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

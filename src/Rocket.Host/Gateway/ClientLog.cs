using System.Net;
using Microsoft.Extensions.Logging;

namespace Rocket.Host.Gateway;

/// <summary>
/// What is said about clients. They decide how often there is something to say, so the number of lines is bounded: who connects a thousand times a second
/// to send nonsense must not fill a disk with it.
/// </summary>
internal sealed partial class ClientLog(ILogger logger, LineBudget lines)
{
    /// <summary>Whether a line of another kind about a client may be written; if not, it is counted.</summary>
    public bool TryTakeLine() => lines.TryTake();

    /// <summary>A client sent what is not the protocol, or does not do its part of it.</summary>
    public void Closed(string remote, string listener, string reason)
    {
        if (lines.TryTake())
        {
            LogClosed(logger, remote, listener, reason);
        }
    }

    /// <summary>There are too many connections for one more.</summary>
    public void Refused(EndPoint? remote, string listener, int connections)
    {
        if (lines.TryTake())
        {
            LogRefused(logger, remote, listener, connections);
        }
    }

    /// <summary>A record cannot be read: the client gets an error, the operator a line.</summary>
    public void Unreadable(string queueOrBroker, Exception exception)
    {
        if (lines.TryTake())
        {
            LogUnreadable(logger, exception, queueOrBroker);
        }
    }

    /// <summary>A heartbeat brings an expression that cannot be understood: pulls that rely on it are refused.</summary>
    public void BrokenExpression(string remote, string group, string topic, string reason)
    {
        if (lines.TryTake())
        {
            LogBrokenExpression(logger, remote, group, topic, reason);
        }
    }

    /// <summary>This node has no room for what a client says of itself: its consumers get nothing, and clients tell nobody.</summary>
    public void HeartbeatRefused(string remote, string reason)
    {
        if (lines.TryTake())
        {
            LogHeartbeatRefused(logger, remote, reason);
        }
    }

    /// <summary>A handler failed where it must not: this client loses its connection and asks again, the others go on.</summary>
    public void Failed(string remote, string listener, Exception exception)
    {
        if (lines.TryTake())
        {
            LogFailed(logger, exception, remote, listener);
        }
    }

    /// <summary>A connection ended as connections do.</summary>
    public void Ended(string remote, string reason) => LogEnded(logger, remote, reason);

    /// <summary>Tells how many lines were left out, once a minute.</summary>
    public void TellLeftOut()
    {
        if (lines.Renew() is var leftOut and > 0)
        {
            LogLeftOut(logger, leftOut);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection of {Remote} to {Listener} closed: {Reason}")]
    private static partial void LogClosed(ILogger logger, string remote, string listener, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Connection of {Remote} to {Listener} refused: there are {Connections} (rocket.limits.max-connections)")]
    private static partial void LogRefused(ILogger logger, EndPoint? remote, string listener, int connections);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Queue} cannot be read")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The expression with which group {Group} of {Remote} subscribes to topic {Topic} cannot be understood: {Reason}")]
    private static partial void LogBrokenExpression(ILogger logger, string remote, string group, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A heartbeat of {Remote} is refused: {Reason}")]
    private static partial void LogHeartbeatRefused(ILogger logger, string remote, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Connection of {Remote} to {Listener} is closed after a fault")]
    private static partial void LogFailed(ILogger logger, Exception exception, string remote, string listener);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Connection of {Remote} ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string remote, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} more lines about clients were left out in the last minute (rocket.limits.client-log-lines)")]
    private static partial void LogLeftOut(ILogger logger, int count);
}

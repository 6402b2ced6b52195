using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>What both sides do once they know each other: register, run, report.</summary>
internal static partial class LinkServing
{
    /// <summary>Runs a connection to its end after the handshake has agreed.</summary>
    /// <returns>Null: it ran. Otherwise why it was refused; the other side has been told.</returns>
    public static async Task<string?> RunAsync(
        LinkEnvironment environment, ConnectionContext transport, HandshakeStep.Agreed agreed, LinkDirection direction, CancellationToken handshakeEnd)
    {
        var other = agreed.Hello.Identity;
        var peer = new LinkPeer(
            other.NodeName, other.StartCounter, other.Incarnation, HelloRules.Shown(other.Version), transport.RemoteEndPoint?.ToString() ?? "unknown");
        var connection = new LinkConnection(transport, peer, direction, environment);
        if (environment.Hub.TryAdd(connection) is { } refusal)
        {
            await LinkHandshake.WriteAsync(transport.Transport.Output, LinkKind.Refusal, HandshakeState.Refusal(refusal), handshakeEnd).ConfigureAwait(false);
            return refusal;
        }

        environment.Running[connection] = true;
        try
        {
            if (agreed.Welcome is { } welcome)
            {
                await LinkHandshake.WriteAsync(transport.Transport.Output, LinkKind.Welcome, welcome, handshakeEnd).ConfigureAwait(false);
            }

            var way = direction == LinkDirection.Dialed ? "dialed" : "accepted";
            LogLinked(environment.Logger, peer.Name, way, peer.EndPoint, peer.Version, peer.StartCounter);
            if (environment.Stopping.IsCancellationRequested)
            {
                connection.Abort("this node stops");
            }

            var reason = await connection.RunAsync().ConfigureAwait(false);
            if (!environment.IsSilent)
            {
                LogEnded(environment.Logger, peer.Name, way, reason);
            }

            return null;
        }
        finally
        {
            environment.Running.TryRemove(connection, out _);
            environment.Hub.Remove(connection);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Linked with {Peer} ({Way}, {EndPoint}, version {Version}, start {Starts})")]
    private static partial void LogLinked(ILogger logger, string peer, string way, string endPoint, string version, long starts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Link with {Peer} ({Way}) has ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string peer, string way, string reason);
}

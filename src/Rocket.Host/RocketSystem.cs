using Akka.Actor;
using Rocket.Host.Configuration;

namespace Rocket.Host;

/// <summary>The node's actor system.</summary>
internal static class RocketSystem
{
    private const string PortKey = "akka.remote.dot-netty.tcp.port";

    /// <summary>Starts it.</summary>
    /// <exception cref="StartRefusedException">Its port is in use.</exception>
    public static ActorSystem Create(NodeConfiguration configuration)
    {
        try
        {
            return ActorSystem.Create(RocketHost.ActorSystemName, configuration.Akka);
        }
        catch (Exception exception) when (SocketError(exception) is { } reason)
        {
            throw new StartRefusedException($"{PortKey}: cannot listen on port {configuration.Akka.GetInt(PortKey)}: {reason}", exception);
        }
    }

    private static string? SocketError(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is System.Net.Sockets.SocketException or AggregateException { InnerException: System.Net.Sockets.SocketException })
            {
                return inner.Message;
            }
        }

        return null;
    }
}

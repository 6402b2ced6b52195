using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Rocket.Host.Configuration;

namespace Rocket.Host;

/// <summary>The node's actor system.</summary>
internal static partial class RocketSystem
{
    private const string PortKey = "akka.remote.dot-netty.tcp.port";

    /// <summary>Starts it.</summary>
    /// <exception cref="StartRefusedException">Its port is in use.</exception>
    public static ActorSystem Create(NodeConfiguration configuration)
    {
        RefuseTakenPort(configuration.Akka);
        try
        {
            var akka = configuration.Akka;
            AddPetabridgeCmd(configuration.Operators, ref akka);
            return ActorSystem.Create(RocketHost.ActorSystemName, akka);
        }
        catch (Exception exception) when (SocketError(exception) is { } reason)
        {
            throw new StartRefusedException($"{PortKey}: cannot listen on port {configuration.Akka.GetInt(PortKey)}: {reason}", exception);
        }
    }

    /// <summary>Tells Petabridge.Cmd where to listen, in a build that has it.</summary>
    static partial void AddPetabridgeCmd(OperatorSettings settings, ref Config akka);

    /// <summary>Akka.Remote would say it with a stack trace; a person needs one line.</summary>
    private static void RefuseTakenPort(Config akka)
    {
        var port = akka.GetInt(PortKey);
        if (port > 0 && IPAddress.TryParse(akka.GetString("akka.remote.dot-netty.tcp.hostname"), out var address))
        {
            PortCheck.RefuseIfTaken(PortKey, new IPEndPoint(address, port));
        }
    }

    private static string? SocketError(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException or AggregateException { InnerException: SocketException })
            {
                return inner.Message;
            }
        }

        return null;
    }
}

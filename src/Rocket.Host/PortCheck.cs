using System.Net;
using System.Net.Sockets;

namespace Rocket.Host;

/// <summary>Tells in one line, with the key, that a port cannot be listened on; what binds it later names only an address, or nothing.</summary>
internal static class PortCheck
{
    /// <summary>Binds the address for a moment.</summary>
    /// <exception cref="StartRefusedException">It is in use, or not of this machine.</exception>
    public static void RefuseIfTaken(string key, IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen();
        }
        catch (SocketException exception)
        {
            throw new StartRefusedException($"{key}: cannot listen on {endPoint}: {exception.Message}", exception);
        }
    }
}

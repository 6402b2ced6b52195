using System.Net;
using System.Net.Sockets;

namespace Rocket.TestCluster.Running;

/// <summary>
/// Ports that nobody listens on. They lie below the range that the operating system gives to outgoing connections, so that none of
/// those takes one between the look and the use.
/// </summary>
internal static class FreePorts
{
    private const int First = 12_000;
    private const int Last = 31_000;

    private static readonly Lock Gate = new();
    private static int _next = Random.Shared.Next(First, Last);

    /// <summary>A port; the one two below it is free too, for a broker's VIP listener.</summary>
    public static int Take()
    {
        lock (Gate)
        {
            while (true)
            {
                _next = _next + 4 > Last ? First : _next + 4;
                if (IsFree(_next) && IsFree(_next - 2))
                {
                    return _next;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Rocket.Benchmarks.Compare;

/// <summary>TCP ports that nobody listened on a moment ago.</summary>
internal static class FreePorts
{
    /// <summary>All of them differ, because all are held until the last was found.</summary>
    public static int[] Find(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            return
            [
                .. listeners.Select(listener =>
                {
                    listener.Start();
                    return ((IPEndPoint)listener.LocalEndpoint).Port;
                }),
            ];
        }
        finally
        {
            Array.ForEach(listeners, listener => listener.Dispose());
        }
    }
}

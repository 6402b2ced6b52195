using System.Net;
using System.Net.Sockets;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Plain sockets, many of them: a client's buffers and timers for each would weigh more than what is tested.</summary>
internal sealed class Crowd : IDisposable
{
    /// <summary>Fewer than a listener's backlog, beyond which a connection waits a second for its turn.</summary>
    private const int AtOnce = 200;

    private readonly List<Socket> _sockets = [];

    private Crowd()
    {
    }

    public IReadOnlyList<Socket> Sockets => _sockets;

    /// <summary>Connects so many.</summary>
    /// <param name="port">Where to.</param>
    /// <param name="count">How many.</param>
    /// <param name="receiveBytes">Size of each one's receive buffer; 0: as the system has it.</param>
    /// <param name="mayBeRefused">Whether some may be reset at once; they count like the others.</param>
    public static async Task<Crowd> ConnectAsync(int port, int count, int receiveBytes = 0, bool mayBeRefused = false)
    {
        var crowd = new Crowd();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            crowd._sockets.AddRange(await Task.WhenAll(chunk.Select(_ => ConnectOneAsync(port, receiveBytes, mayBeRefused))));
        }

        return crowd;
    }

    /// <summary>Sends the same bytes over each of them.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        foreach (var chunk in _sockets.Chunk(AtOnce))
        {
            await Task.WhenAll(chunk.Select(socket => socket.SendAllAsync(bytes)));
        }
    }

    /// <summary>Reads so many bytes from each of them.</summary>
    public async Task ReceiveAsync(int bytes)
    {
        foreach (var chunk in _sockets.Chunk(AtOnce))
        {
            await Task.WhenAll(chunk.Select(socket => socket.ReceiveAllAsync(bytes)));
        }
    }

    /// <summary>Ends each of them, as its process's end would.</summary>
    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private static async Task<Socket> ConnectOneAsync(int port, int receiveBytes, bool mayBeRefused)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBytes > 0)
        {
            socket.ReceiveBufferSize = receiveBytes;
        }

        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }
        catch (SocketException refusal) when (mayBeRefused && refusal.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Whoever uses it finds it closed.
        }

        return socket;
    }
}

/// <summary>Whole buffers over plain sockets.</summary>
internal static class SocketCalls
{
    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    /// <exception cref="EndOfStreamException">The peer closed the connection before that.</exception>
    public static async Task<byte[]> ReceiveAllAsync(this Socket socket, int bytes)
    {
        var buffer = new byte[bytes];
        for (var received = 0; received < bytes;)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(received));
            received += count > 0 ? count : throw new EndOfStreamException($"closed after {received} of {bytes} bytes");
        }

        return buffer;
    }
}

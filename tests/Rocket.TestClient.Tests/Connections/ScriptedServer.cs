using System.Net;
using System.Net.Sockets;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;

namespace Rocket.TestClient.Tests.Connections;

/// <summary>A listener on a free port that hands out one accepted socket, to be driven by the test.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<IDisposable> _sockets = [];

    public ScriptedServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<(RemotingConnection Client, ScriptedPeer Peer)> ConnectAsync(RemotingConnectionOptions? options = null)
    {
        var accepting = _listener.AcceptSocketAsync();
        var client = await RemotingConnection.ConnectAsync("127.0.0.1", Port, options);
        var socket = await accepting;
        _sockets.Add(socket);
        return (client, new ScriptedPeer(socket));
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
        return ValueTask.CompletedTask;
    }
}

/// <summary>The server's end of one connection.</summary>
internal sealed class ScriptedPeer(Socket socket)
{
    public Socket Socket { get; } = socket;

    public async Task<RemotingCommand> ReceiveAsync()
    {
        var prefix = await ReadAsync(FrameLayout.PrefixBytes);
        var rest = await ReadAsync(FrameDecoder.FrameLength(prefix) - prefix.Length);
        return FrameDecoder.Decode([.. prefix, .. rest]);
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await Socket.ReceiveAsync(bytes.AsMemory(read), SocketFlags.None);
            Assert(more > 0);
            read += more;
        }

        return bytes;
    }

    public Task SendAsync(RemotingCommand command) => SendAsync(FrameEncoder.ToArray(command));

    public async Task SendAsync(byte[] bytes) => await Socket.SendAsync(bytes, SocketFlags.None);

    private static void Assert(bool holds) => Xunit.Assert.True(holds, "the client closed the connection");
}

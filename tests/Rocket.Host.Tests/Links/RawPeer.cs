using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Rocket.Actors.Links;

namespace Rocket.Host.Tests.Links;

/// <summary>A peer that does what no node does: it takes the handshake by the product's own rules and then anything.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private byte[] _received = [];

    private RawPeer(Socket socket) => _socket = socket;

    public Socket Socket => _socket;

    public static async Task<RawPeer> ConnectAsync(string address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(address));
        return new RawPeer(socket);
    }

    /// <summary>Connects to a node as one of its peers; returns the peer with the last step of the handshake.</summary>
    public static async Task<(RawPeer Peer, HandshakeStep Step)> LinkAsync(LinkIdentity identity, string node, LinkSecret? secret = null)
    {
        var peer = await ConnectAsync(identity.Voters[node]);
        var state = HandshakeState.Dialing(identity, secret, new byte[LinkHello.NonceBytes], node);
        HandshakeStep step = state.Begin();
        while (step is HandshakeStep.Send send)
        {
            await peer.SendAsync(LinkFrame.Copy(send.Kind, send.Payload).Bytes.ToArray());
            var (kind, payload) = await peer.ReadFrameAsync();
            step = state.OnFrame(kind, payload);
        }

        return (peer, step);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    public async Task<(LinkKind Kind, byte[] Payload)> ReadFrameAsync()
    {
        var buffer = new byte[64 << 10];
        while (true)
        {
            var sequence = new ReadOnlySequence<byte>(_received);
            if (LinkFrameReader.TryRead(ref sequence, LinkFrameLayout.MaxPayloadBytes, out var frame))
            {
                var read = (frame.Kind, frame.Payload.ToArray());
                _received = sequence.ToArray();
                return read;
            }

            var count = await _socket.ReceiveAsync(buffer).WaitAsync(Patience);
            if (count == 0)
            {
                throw new EndOfStreamException();
            }

            _received = [.. _received, .. buffer[..count]];
        }
    }

    /// <summary>Waits until the node has closed the connection.</summary>
    public async Task WaitForEndAsync()
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await _socket.ReceiveAsync(buffer).WaitAsync(Patience) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Reset: closed all the same.
        }
    }

    public void Dispose() => _socket.Dispose();
}

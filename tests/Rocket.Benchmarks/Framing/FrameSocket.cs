using System.Net.Sockets;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Framing;

/// <summary>A socket that whole frames are taken from, without copying them. One loop at a time may use it.</summary>
internal sealed class FrameSocket : IDisposable
{
    // Several answers a read, but not so much that it leaves the processor's cache.
    private const int FirstBufferBytes = 256 * 1024;

    // So many reads that did not have to wait, then another connection gets its turn.
    private const int ReadsInARow = 16;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _start;
    private int _end;
    private int _readsInARow;

    /// <exception cref="ConnectionLostException">Nobody listens there.</exception>
    public async Task ConnectAsync(string address, CancellationToken cancellation)
    {
        var (host, port) = HostPort.Parse(address);
        try
        {
            await _socket.ConnectAsync(host, port, cancellation).ConfigureAwait(false);
        }
        catch (SocketException problem)
        {
            throw new ConnectionLostException($"no connection to {address}: {problem.Message}", problem);
        }
    }

    /// <exception cref="ConnectionLostException">The connection is gone.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            throw new ConnectionLostException(problem.Message, problem);
        }
    }

    /// <summary>Waits for more bytes. Frames taken before are no longer valid.</summary>
    /// <exception cref="ConnectionLostException">The connection is gone.</exception>
    public async ValueTask ReceiveAsync()
    {
        MakeRoom();
        try
        {
            var receiving = _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None);
            _readsInARow = receiving.IsCompleted ? _readsInARow + 1 : 0;
            var count = await receiving.ConfigureAwait(false);
            if (count == 0)
            {
                throw new ConnectionLostException("the peer closed the connection");
            }

            _end += count;
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            throw new ConnectionLostException(problem.Message, problem);
        }

        if (_readsInARow == ReadsInARow)
        {
            _readsInARow = 0;
            await Task.Yield();
        }
    }

    /// <summary>Takes the next whole frame, valid until more is received; false when there is none yet.</summary>
    /// <exception cref="RemotingFormatException">What came is no frame.</exception>
    public bool TryTake(out FrameView frame)
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        var length = FrameDecoder.FrameLength(rest);
        if (length == 0 || length > rest.Length)
        {
            frame = default;
            return false;
        }

        _start += length;
        frame = new FrameView(rest[..length]);
        return true;
    }

    public void Dispose() => _socket.Dispose();

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var wanted = FrameDecoder.FrameLength(_buffer.AsSpan(0, _end));
        if (wanted > _buffer.Length)
        {
            Array.Resize(ref _buffer, wanted + FirstBufferBytes);
        }
    }
}

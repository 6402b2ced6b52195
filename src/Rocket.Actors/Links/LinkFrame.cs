using System.Buffers;

namespace Rocket.Actors.Links;

/// <summary>
/// A frame to send, in a pooled buffer. Made by <see cref="Copy"/>, or by <see cref="Rent"/>, writing <see cref="Payload"/>, and
/// <see cref="Seal"/>; after that its bytes never change.
/// </summary>
/// <remarks>
/// Ownership is counted. Whoever makes a frame owns one reference, and each reference ends in exactly one way: it is handed to a connection
/// (<see cref="ILinkConnection.Send"/> takes it in any case, <see cref="ILinkConnection.TrySend"/> only when it answers
/// <see cref="LinkSend.Queued"/>) or given up by <see cref="Release"/>. To send one frame to several peers, take one more reference for each
/// further peer by <see cref="Share"/>, before the first is handed over. Nobody touches a frame after handing over the last reference of theirs: its buffer
/// may belong to another frame by then. References may be handed over and released on any thread.
/// </remarks>
public sealed class LinkFrame
{
    private readonly byte[] _buffer;
    private readonly bool _isPooled;
    private int _length;
    private int _references;
    private LinkKind _kind;
    private bool _isSealed;

    internal LinkFrame(int capacity, bool isPooled)
    {
        _buffer = GC.AllocateUninitializedArray<byte>(capacity);
        _isPooled = isPooled;
    }

    /// <summary>Bytes on the wire.</summary>
    public int Size => _length;

    /// <summary>What it is.</summary>
    public LinkKind Kind => _kind;

    /// <summary>Where the payload is written, before <see cref="Seal"/>. Uninitialized: it may hold an old frame's bytes.</summary>
    public Span<byte> Payload => _isSealed
        ? throw new InvalidOperationException("A sealed frame may be under way to a peer.")
        : _buffer.AsSpan(LinkFrameLayout.PayloadAt, _length - LinkFrameLayout.PayloadAt);

    /// <summary>The whole frame as it is sent; for the connection's writer.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    internal int Capacity => _buffer.Length;

    /// <summary>A frame whose payload is yet to be written.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="payloadBytes">Size of the payload: 0 to <see cref="LinkFrameLayout.MaxPayloadBytes"/>.</param>
    public static LinkFrame Rent(LinkKind kind, int payloadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadBytes, LinkFrameLayout.MaxPayloadBytes);
        var frame = LinkFramePool.Shared.Take(LinkFrameLayout.HeadBytes + payloadBytes);
        frame._kind = kind;
        frame._length = LinkFrameLayout.HeadBytes + payloadBytes;
        frame._isSealed = false;
        frame._references = 1;
        return frame;
    }

    /// <summary>A sealed frame with a copy of these bytes.</summary>
    public static LinkFrame Copy(LinkKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = Rent(kind, payload.Length);
        payload.CopyTo(frame.Payload);
        return frame.Seal();
    }

    /// <summary>The payload is complete: computes the checksum.</summary>
    public LinkFrame Seal()
    {
        _ = Payload;
        LinkFrameLayout.WriteHead(_buffer.AsSpan(0, _length), _kind);
        _isSealed = true;
        return this;
    }

    /// <summary>One more reference.</summary>
    public LinkFrame Share()
    {
        if (Interlocked.Increment(ref _references) < 2)
        {
            Interlocked.Decrement(ref _references);
            throw new InvalidOperationException("A frame that nobody owns can't be shared.");
        }

        return this;
    }

    /// <summary>Gives one reference up; the last one gives the buffer back.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left < 0)
        {
            throw new InvalidOperationException("A frame was released more often than it was owned.");
        }

        if (left == 0 && _isPooled)
        {
            LinkFramePool.Shared.Return(this);
        }
    }

    /// <summary>Refuses what may not be sent.</summary>
    internal void CheckSealed()
    {
        if (!_isSealed)
        {
            throw new InvalidOperationException("A frame is sealed before it is sent.");
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Rocket.Actors.Links;

/// <summary>
/// What waits to be sent on one connection: filled from any thread, emptied by the connection's writer. One order for all kinds. Bounded by
/// bytes for bulk frames and by their number for the others; see <see cref="ILinkConnection"/>.
/// </summary>
public sealed class LinkSendQueue
{
    /// <summary>What a frame counts besides its bytes: the object and the rest of its buffer.</summary>
    private const int FrameOverhead = 256;

    /// <summary>Even small frames are dropped when so many times the bulk bytes wait: somebody sends bulk as if it were small.</summary>
    private const int GreatestExcess = 8;

    private readonly Channel<LinkFrame> _frames = Channel.CreateUnbounded<LinkFrame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly HashSet<ILinkRoomListener> _waiting = [];
    private readonly ILinkConnection _connection;
    private readonly long _bulkBytes;
    private readonly int _maxFrames;
    private long _bytes;
    private int _count;
    private bool _someoneWaits;
    private volatile bool _isClosed;

    /// <param name="connection">Who is named to those who wait for room.</param>
    /// <param name="bulkBytes">See <see cref="LinkSettings.BulkQueueBytes"/>.</param>
    /// <param name="maxFrames">See <see cref="LinkSettings.MaxQueuedFrames"/>.</param>
    public LinkSendQueue(ILinkConnection connection, long bulkBytes, int maxFrames)
    {
        _connection = connection;
        _bulkBytes = bulkBytes;
        _maxFrames = maxFrames;
    }

    /// <summary>Bytes that wait, with what each frame costs besides.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>See <see cref="ILinkConnection.Send"/>.</summary>
    public bool Send(LinkFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        frame.CheckSealed();
        if (Volatile.Read(ref _count) < _maxFrames && Bytes < GreatestExcess * _bulkBytes && TryEnqueue(frame))
        {
            return true;
        }

        frame.Release();
        return false;
    }

    /// <summary>See <see cref="ILinkConnection.TrySend"/>.</summary>
    public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room)
    {
        ArgumentNullException.ThrowIfNull(frame);
        frame.CheckSealed();
        if (IsFull && MustWait(room))
        {
            return _isClosed ? LinkSend.Closed : LinkSend.Full;
        }

        return TryEnqueue(frame) ? LinkSend.Queued : LinkSend.Closed;
    }

    /// <summary>For the writer: waits for a frame. False: closed, and nothing is left.</summary>
    public ValueTask<bool> WaitAsync() => _frames.Reader.WaitToReadAsync();

    /// <summary>For the writer: the next frame, if there is one. It is the writer's until <see cref="Sent"/>.</summary>
    public bool TryTake([MaybeNullWhen(false)] out LinkFrame frame) => _frames.Reader.TryRead(out frame);

    /// <summary>For the writer: the frame is copied into the socket's pipe.</summary>
    public void Sent(LinkFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var left = Interlocked.Add(ref _bytes, -CostOf(frame));
        Interlocked.Decrement(ref _count);
        frame.Release();
        if (left <= _bulkBytes / 2 && Volatile.Read(ref _someoneWaits))
        {
            TellWaiting();
        }
    }

    /// <summary>No further frames; those that wait for room are told. Frames that are queued stay for the writer.</summary>
    public void Close()
    {
        _isClosed = true;
        _frames.Writer.TryComplete();
        TellWaiting();
    }

    /// <summary>For the writer that has given up: releases everything that is left. After <see cref="Close"/>.</summary>
    public void Drop()
    {
        while (TryTake(out var frame))
        {
            Sent(frame);
        }
    }

    private static int CostOf(LinkFrame frame) => frame.Size + FrameOverhead;

    private bool IsFull => Volatile.Read(ref _bytes) >= _bulkBytes;

    private bool TryEnqueue(LinkFrame frame)
    {
        // Counted first: the writer may have sent it before this returns.
        Interlocked.Add(ref _bytes, CostOf(frame));
        Interlocked.Increment(ref _count);
        if (_frames.Writer.TryWrite(frame))
        {
            return true;
        }

        Interlocked.Add(ref _bytes, -CostOf(frame));
        Interlocked.Decrement(ref _count);
        return false;
    }

    // False: room was made meanwhile. The flag is set before the bytes are looked at again and Sent looks at them in the other order, so one of
    // both sees the other.
    private bool MustWait(ILinkRoomListener? room)
    {
        if (room is null)
        {
            return true;
        }

        lock (_gate)
        {
            _waiting.Add(room);
            Volatile.Write(ref _someoneWaits, true);
            Interlocked.MemoryBarrier();
            if (IsFull && !_isClosed)
            {
                return true;
            }

            _waiting.Remove(room);
            Volatile.Write(ref _someoneWaits, _waiting.Count > 0);
            return _isClosed;
        }
    }

    private void TellWaiting()
    {
        ILinkRoomListener[] told;
        lock (_gate)
        {
            told = [.. _waiting];
            _waiting.Clear();
            Volatile.Write(ref _someoneWaits, false);
        }

        foreach (var listener in told)
        {
            listener.OnRoom(_connection);
        }
    }
}

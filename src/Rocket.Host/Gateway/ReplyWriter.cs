using System.IO.Pipelines;
using System.Threading.Channels;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway;

/// <summary>
/// The only writer of one connection: answers come in from any thread, in any order, and whatever came in meanwhile becomes one write to the socket. A
/// large answer is put together once there is room for it, and keeps that room until the socket has taken it.
/// </summary>
internal sealed class ReplyWriter(PipeWriter output, ByteRoom room, LookTurns turns, TimeProvider time)
{
    /// <summary>Written bytes after which the socket gets them although more answers wait.</summary>
    private const int FlushAfterBytes = 64 * 1024;

    private readonly Channel<IReply> _replies = Channel.CreateUnbounded<IReply>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CommandEncoder _encoder = new();
    private IReply? _looking;
    private IReply? _next;
    private int _nextBytes;
    private int _roomHeld;
    private long _flushStarted;

    /// <summary>How long the socket has taken nothing although answers wait; zero when nothing waits.</summary>
    public TimeSpan Stuck => Volatile.Read(ref _flushStarted) is var started and not 0 ? time.GetElapsedTime(started) : TimeSpan.Zero;

    /// <summary>Whether what the socket has not taken holds room.</summary>
    public bool HoldsRoom => Volatile.Read(ref _roomHeld) > 0;

    /// <summary>Hands an answer over. After the end of the connection it is completed without being written.</summary>
    public void Enqueue(IReply reply)
    {
        if (!_replies.Writer.TryWrite(reply))
        {
            reply.Completed();
        }
    }

    /// <summary>No further answers; <see cref="RunAsync"/> ends after those that are queued.</summary>
    public void Close() => _replies.Writer.TryComplete();

    /// <summary>Writes until <see cref="Close"/>, or until the socket is gone.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (_looking is not null || _next is not null || await _replies.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                if (_looking is not null)
                {
                    await LookAsync().ConfigureAwait(false);
                }

                if (_next is not null)
                {
                    await TakeRoomAsync().ConfigureAwait(false);
                }

                WriteQueued();
                if (!await FlushAsync().ConfigureAwait(false))
                {
                    break;
                }
            }
        }
        finally
        {
            Close();
            _looking?.Completed();
            _next?.Completed();
            while (_replies.Reader.TryRead(out var unwritten))
            {
                unwritten.Completed();
            }

            ReturnRoom();
        }
    }

    /// <summary>Prepares an answer that takes time; what was written before it is on its way already.</summary>
    private async ValueTask LookAsync()
    {
        var reply = _looking!;
        await turns.TakeAsync().ConfigureAwait(false);

        // To the end of the pool's queue: one look after the other would otherwise keep the thread.
        await Task.Yield();
        _looking = null;
        try
        {
            _nextBytes = reply.Prepare();
        }
        finally
        {
            turns.Return();
        }

        // One that goes on waiting may be looked at elsewhere already.
        _next = _nextBytes == IReply.NotYet ? null : reply;
    }

    /// <summary>Writes what is queued, up to an answer that has to wait for room or for a turn.</summary>
    private void WriteQueued()
    {
        if (_next is { } next)
        {
            _next = null;
            Write(next);
        }

        while (output.UnflushedBytes < FlushAfterBytes && _replies.Reader.TryRead(out var reply))
        {
            if (reply.TakesTime)
            {
                _looking = reply;
                return;
            }

            var bytes = reply.Prepare();
            if (bytes > GatewayMemory.FreeBytes && !TryTakeRoom(bytes))
            {
                (_next, _nextBytes) = (reply, bytes);
                return;
            }

            if (bytes != IReply.NotYet)
            {
                Write(reply);
            }
        }
    }

    private void Write(IReply reply)
    {
        try
        {
            reply.WriteTo(_encoder, output);
        }
        finally
        {
            reply.Completed();
        }
    }

    /// <summary>False: the connection is gone.</summary>
    private async ValueTask<bool> FlushAsync()
    {
        Volatile.Write(ref _flushStarted, time.GetTimestamp());
        var flushed = await output.FlushAsync().ConfigureAwait(false);
        Volatile.Write(ref _flushStarted, 0);
        ReturnRoom();
        _encoder.Trim();
        return !flushed.IsCompleted;
    }

    private bool TryTakeRoom(int bytes)
    {
        if (!room.TryTake(bytes))
        {
            return false;
        }

        Volatile.Write(ref _roomHeld, _roomHeld + bytes);
        return true;
    }

    /// <summary>Who has room gives it back when the client has taken the answer, or is disconnected; so this ends.</summary>
    private async ValueTask TakeRoomAsync()
    {
        if (_nextBytes <= GatewayMemory.FreeBytes)
        {
            return;
        }

        await room.TakeAsync(_nextBytes, CancellationToken.None).ConfigureAwait(false);
        Volatile.Write(ref _roomHeld, _nextBytes);
    }

    private void ReturnRoom()
    {
        if (_roomHeld > 0)
        {
            room.Return(_roomHeld);
            Volatile.Write(ref _roomHeld, 0);
        }
    }
}

using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>
/// One connection to a peer after its handshake: a reader that cuts frames and calls receivers, and a writer that makes many queued frames one
/// write. Two async loops, no actor and no thread of its own.
/// </summary>
internal sealed partial class LinkConnection : ILinkConnection
{
    /// <summary>Written bytes after which the socket gets them although more frames wait.</summary>
    private const int FlushAfterBytes = 128 << 10;

    /// <summary>So long the other side has to take why the connection ends.</summary>
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(1);

    private readonly ConnectionContext _transport;
    private readonly LinkEnvironment _environment;
    private readonly LinkSendQueue _queue;
    private long _lastReceived;
    private long _lastSent;
    private long _writingSince;
    private volatile bool _isDispatching;
    private volatile bool _isClosed;
    private volatile bool _isRefusing;
    private string? _endReason;

    public LinkConnection(ConnectionContext transport, LinkPeer peer, LinkDirection direction, LinkEnvironment environment)
    {
        _transport = transport;
        _environment = environment;
        Peer = peer;
        Direction = direction;
        _queue = new LinkSendQueue(this, environment.Settings.BulkQueueBytes, environment.Settings.MaxQueuedFrames);
        _lastReceived = _lastSent = environment.Now.Ticks;
    }

    /// <inheritdoc/>
    public LinkPeer Peer { get; }

    /// <inheritdoc/>
    public LinkDirection Direction { get; }

    /// <inheritdoc/>
    public bool IsOpen => !_isClosed;

    /// <summary>What the sweep judges by.</summary>
    public LinkTraffic Traffic => new(
        new TimeSpan(Volatile.Read(ref _lastReceived)),
        new TimeSpan(Volatile.Read(ref _lastSent)),
        _isDispatching,
        Volatile.Read(ref _writingSince) is var since and not 0 ? new TimeSpan(since) : null);

    /// <inheritdoc/>
    public bool Send(LinkFrame frame) => _queue.Send(frame);

    /// <inheritdoc/>
    public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null) => _queue.TrySend(frame, room);

    /// <inheritdoc/>
    public void Abort(string reason)
    {
        Interlocked.CompareExchange(ref _endReason, reason, null);
        _isClosed = true;
        _transport.Abort(new ConnectionAbortedException(reason));
    }

    /// <summary>Serves the connection until it ends, and returns why. Nothing is dispatched after that.</summary>
    public async Task<string> RunAsync()
    {
        var writing = WriteAsync(_transport.Transport.Output);
        try
        {
            await ReadAsync(_transport.Transport.Input).ConfigureAwait(false);
            Abort("closed by the other side");
        }
        catch (LinkViolationException violation)
        {
            Interlocked.CompareExchange(ref _endReason, $"it sent what is not the protocol: {violation.Message}", null);
            await RefuseAsync(violation.Message, writing).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            Abort(exception.Message);
        }
        catch (Exception exception)
        {
            // A receiver failed where it must not: this link begins anew, the others go on.
            LogFault(_environment.Logger, exception, Peer.Name);
            Abort("a fault in this node");
        }

        _queue.Close();
        await writing.ConfigureAwait(false);
        return _endReason!;
    }

    /// <summary>The other side is told why before the connection ends, so that both logs say it.</summary>
    private async Task RefuseAsync(string reason, Task writing)
    {
        (_isRefusing, _isClosed) = (true, true);
        _queue.Send(LinkFrame.Copy(LinkKind.Refusal, HandshakeState.Refusal(reason)));
        _queue.Close();
        await Task.WhenAny(writing, Task.Delay(RefusalPatience, _environment.Time)).ConfigureAwait(false);
        _transport.Abort(new ConnectionAbortedException(reason));
    }

    private static bool IsEndOfConnection(Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException or OperationCanceledException or IOException or ObjectDisposedException;

    private async Task ReadAsync(PipeReader input)
    {
        while (true)
        {
            var read = await input.ReadAsync().ConfigureAwait(false);
            Volatile.Write(ref _lastReceived, _environment.Now.Ticks);
            var buffer = read.Buffer;
            while (!_isClosed && LinkFrameReader.TryRead(ref buffer, LinkFrameLayout.MaxPayloadBytes, out var frame))
            {
                var dispatched = Dispatch(frame);
                if (!dispatched.IsCompletedSuccessfully)
                {
                    await AwaitReceiver(dispatched).ConfigureAwait(false);
                }
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted || read.IsCanceled || _isClosed)
            {
                return;
            }
        }
    }

    private ValueTask Dispatch(in LinkFrameView frame)
    {
        if (frame.Kind == LinkKind.Ping)
        {
            return ValueTask.CompletedTask;
        }

        if (frame.Kind == LinkKind.Refusal)
        {
            Abort($"the other side says: {HandshakeState.ReadRefusal(frame.Payload.IsSingleSegment ? frame.Payload.FirstSpan : LinkWriting.Contiguous(frame.Payload))}");
            return ValueTask.CompletedTask;
        }

        if (frame.Kind < LinkKind.Ping)
        {
            throw new LinkViolationException($"a frame of kind {(int)frame.Kind} after the handshake");
        }

        return _environment.Hub.ReceiverOf(frame.Kind)?.ReceiveAsync(this, frame.Kind, frame.Payload) ?? ValueTask.CompletedTask;
    }

    private async ValueTask AwaitReceiver(ValueTask dispatched)
    {
        _isDispatching = true;
        try
        {
            await dispatched.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _lastReceived, _environment.Now.Ticks);
            _isDispatching = false;
        }
    }

    private async Task WriteAsync(PipeWriter output)
    {
        try
        {
            while (await _queue.WaitAsync().ConfigureAwait(false))
            {
                WriteQueued(output);
                Volatile.Write(ref _writingSince, _environment.Now.Ticks);
                var flushed = await output.FlushAsync().ConfigureAwait(false);
                Volatile.Write(ref _lastSent, _environment.Now.Ticks);
                Volatile.Write(ref _writingSince, 0);
                if (flushed.IsCompleted)
                {
                    break;
                }
            }

            if (_isRefusing)
            {
                await SentAsync(output).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            Abort(exception.Message);
        }
        finally
        {
            _isClosed = true;
            _queue.Close();
            _queue.Drop();
            _transport.Abort(new ConnectionAbortedException("nothing more is written"));
        }
    }

    /// <summary>Waits until the socket has taken everything; Kestrel closes the connection then.</summary>
    private async Task SentAsync(PipeWriter output)
    {
        await output.CompleteAsync().ConfigureAwait(false);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = _transport.ConnectionClosed.Register(closed.SetResult);
        await closed.Task.ConfigureAwait(false);
    }

    private void WriteQueued(PipeWriter output)
    {
        while (output.UnflushedBytes < FlushAfterBytes && _queue.TryTake(out var frame))
        {
            output.Write(frame.Bytes);
            _queue.Sent(frame);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A frame from {Peer} could not be taken")]
    private static partial void LogFault(ILogger logger, Exception exception, string peer);
}

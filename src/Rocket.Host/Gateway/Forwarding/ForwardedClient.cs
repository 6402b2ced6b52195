using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Framing;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>
/// A client that is connected to another node, as this node's gateway sees it: a connection without a socket. What comes over the link is what the gateway reads,
/// and what it writes goes back.
/// </summary>
internal sealed class ForwardedClient : ConnectionContext
{
    /// <summary>What the gateway may write before the link takes it.</summary>
    private const int AnswersAhead = 64 << 10;

    private readonly ILinkConnection _link;
    private readonly long _number;
    private readonly Pipe _requests = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Pipe _answers = new(new PipeOptions(pauseWriterThreshold: AnswersAhead, resumeWriterThreshold: AnswersAhead / 2, useSynchronizationContext: false));
    private readonly ByteRoom _window = new(TakenBytes.Window);
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private bool _takesRequests = true;

    /// <param name="link">Where it comes from.</param>
    /// <param name="number">The number of the client's connection there.</param>
    /// <param name="remote">The client's address.</param>
    public ForwardedClient(ILinkConnection link, long number, IPEndPoint remote)
    {
        (_link, _number) = (link, number);
        RemoteEndPoint = remote;
        ConnectionId = $"{link.Peer.Name}/{number}";
        ConnectionClosed = _closed.Token;
        var taken = new TakenBytes(link, LinkKind.ForwardedReply, number);
        Transport = new Duplex(new TakenReader(_requests.Reader, taken), _answers.Writer);
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    /// <summary>The number of the client's connection at the node that it is connected to.</summary>
    public long Number => _number;

    /// <summary>Gives a request to the gateway. False: it reads no more.</summary>
    public bool TryTake(in ReadOnlySequence<byte> frame)
    {
        lock (_gate)
        {
            if (!_takesRequests)
            {
                return false;
            }

            foreach (var segment in frame)
            {
                _requests.Writer.Write(segment.Span);
            }

            // Never waits: how much may come is the sender's to keep.
            _ = _requests.Writer.FlushAsync(CancellationToken.None).AsTask();
            return true;
        }
    }

    /// <summary>The client has so many bytes of answers.</summary>
    public void AnswersTaken(int bytes) => _window.Return(bytes);

    /// <summary>The client has left: what it sent is read to its end, what waits for it need not wait.</summary>
    public void Leave()
    {
        CompleteRequests(null);
        CancelElsewhere();
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        CompleteRequests(abortReason);
        CancelElsewhere();
    }

    /// <summary>Sends answers back until the gateway has written its last one, or nobody takes them.</summary>
    public async Task SendAnswersAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                var read = await _answers.Reader.ReadAsync().ConfigureAwait(false);
                var buffer = read.Buffer;
                while (TryCut(ref buffer, out var frame))
                {
                    if (!await SendAsync(frame).ConfigureAwait(false))
                    {
                        failure = new ConnectionAbortedException("the client is gone");
                        return;
                    }
                }

                _answers.Reader.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException gone)
        {
            failure = new ConnectionAbortedException("the client is gone", gone);
        }
        finally
        {
            await _answers.Reader.CompleteAsync(failure).ConfigureAwait(false);
        }
    }

    /// <summary>The gateway has done with it.</summary>
    public async ValueTask EndAsync(Task sending)
    {
        CompleteRequests(null);
        await _answers.Writer.CompleteAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(false);
    }

    private static bool TryCut(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < FrameLayout.LengthBytes)
        {
            return false;
        }

        Span<byte> length = stackalloc byte[FrameLayout.LengthBytes];
        buffer.Slice(0, length.Length).CopyTo(length);
        var bytes = FrameLayout.LengthBytes + BinaryPrimitives.ReadInt32BigEndian(length);
        if (buffer.Length < bytes)
        {
            return false;
        }

        frame = buffer.Slice(0, bytes);
        buffer = buffer.Slice(bytes);
        return true;
    }

    private async ValueTask<bool> SendAsync(ReadOnlySequence<byte> frame)
    {
        if (!_window.TryTake((int)frame.Length))
        {
            await _window.TakeAsync((int)frame.Length, ConnectionClosed).ConfigureAwait(false);
        }

        return await LinkRoom.SendAsync(_link, ForwardLayout.Reply(_number, frame), ConnectionClosed).ConfigureAwait(false);
    }

    /// <summary>What waits for it may run on at once, and this may be the link's own loop.</summary>
    private void CancelElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);

    private void CompleteRequests(Exception? reason)
    {
        lock (_gate)
        {
            if (_takesRequests)
            {
                _takesRequests = false;
                _requests.Writer.Complete(reason);
            }
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

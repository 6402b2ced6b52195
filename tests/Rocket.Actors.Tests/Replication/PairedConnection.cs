using System.Buffers;
using Rocket.Actors.Links;

namespace Rocket.Actors.Tests.Replication;

/// <summary>One end of a connection without a socket: what is sent here is received there, on the thread that sends it.</summary>
internal sealed class PairedConnection : ILinkConnection
{
    private readonly LinkHub _hub;
    private PairedConnection _other = null!;
    private volatile string? _abortReason;

    private PairedConnection(LinkHub hub, LinkPeer peer, LinkDirection direction) => (_hub, Peer, Direction) = (hub, peer, direction);

    public LinkPeer Peer { get; }

    public LinkDirection Direction { get; }

    public bool IsOpen => _abortReason is null;

    /// <summary>Why it ended.</summary>
    public string? AbortReason => _abortReason;

    /// <summary>Lets the frames of this end be lost, as when the queue is full of small ones.</summary>
    public bool IsFull { get; set; }

    /// <summary>Connects two nodes; the first one dials.</summary>
    public static (PairedConnection Dialing, PairedConnection Accepting) Connect(LinkHub dialingHub, string dialing, LinkHub acceptingHub, string accepting)
    {
        var one = new PairedConnection(dialingHub, new LinkPeer(accepting, 1, 1, "1.0", "127.0.0.1:2"), LinkDirection.Dialed);
        var two = new PairedConnection(acceptingHub, new LinkPeer(dialing, 1, 1, "1.0", "127.0.0.1:1"), LinkDirection.Accepted);
        (one._other, two._other) = (two, one);
        Xunit.Assert.Null(dialingHub.TryAdd(one));
        Xunit.Assert.Null(acceptingHub.TryAdd(two));
        return (one, two);
    }

    public bool Send(LinkFrame frame)
    {
        byte[] payload = [.. frame.Bytes[LinkFrameLayout.HeadBytes..]];
        var kind = frame.Kind;
        frame.Release();
        if (!IsOpen || IsFull)
        {
            return false;
        }

        _other.Receive(kind, payload);
        return true;
    }

    public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null) => Send(frame) ? LinkSend.Queued : LinkSend.Closed;

    public void Abort(string reason)
    {
        if (Interlocked.CompareExchange(ref _abortReason, reason, null) is null)
        {
            _hub.Remove(this);
            _other.Abort(reason);
        }
    }

    private void Receive(LinkKind kind, byte[] payload)
    {
        try
        {
            var receiving = _hub.ReceiverOf(kind)?.ReceiveAsync(this, kind, new ReadOnlySequence<byte>(payload)) ?? ValueTask.CompletedTask;
            Xunit.Assert.True(receiving.IsCompletedSuccessfully);
        }
        catch (LinkViolationException violation)
        {
            Abort(violation.Message);
        }
    }
}

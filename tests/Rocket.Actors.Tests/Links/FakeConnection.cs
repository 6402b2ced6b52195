using Rocket.Actors.Links;

namespace Rocket.Actors.Tests.Links;

/// <summary>A connection without a socket: keeps what was sent.</summary>
internal sealed class FakeConnection(string peer = "node2", long incarnation = 1, LinkDirection direction = LinkDirection.Dialed) : ILinkConnection
{
    public List<(LinkKind Kind, byte[] Payload)> Sent { get; } = [];

    public string? AbortReason { get; private set; }

    public LinkPeer Peer { get; } = new(peer, 1, incarnation, "1.0", "127.0.0.1:1");

    public LinkDirection Direction => direction;

    public bool IsOpen => AbortReason is null;

    public bool Send(LinkFrame frame)
    {
        lock (Sent)
        {
            Sent.Add((frame.Kind, [.. frame.Bytes[LinkFrameLayout.HeadBytes..]]));
        }

        frame.Release();
        return true;
    }

    public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null)
    {
        Send(frame);
        return LinkSend.Queued;
    }

    public void Abort(string reason) => AbortReason ??= reason;
}

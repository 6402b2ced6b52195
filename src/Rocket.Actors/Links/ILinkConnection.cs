namespace Rocket.Actors.Links;

/// <summary>How an attempt to send a bulk frame ended.</summary>
public enum LinkSend
{
    /// <summary>The connection owns the reference now. It may still be lost with the connection.</summary>
    Queued,

    /// <summary>Too much waits to be sent already. The caller keeps its reference, and is told when there is room.</summary>
    Full,

    /// <summary>The connection has ended. The caller keeps its reference.</summary>
    Closed,
}

/// <summary>Which side made a connection.</summary>
public enum LinkDirection
{
    /// <summary>This node.</summary>
    Dialed,

    /// <summary>The peer.</summary>
    Accepted,
}

/// <summary>
/// One TCP connection to a peer, after the handshake. Frames arrive whole, checked, in the order in which they were sent, whatever their
/// kind, each once; or the connection ends, and what was not received by then is lost without a word. Every method may be called from any
/// thread and none blocks.
/// </summary>
public interface ILinkConnection
{
    /// <summary>Who is on the other side, and since which start of it.</summary>
    LinkPeer Peer { get; }

    /// <summary>Who made it. What a node originates goes over the one it dialed, answers go back over the one that the question came by.</summary>
    LinkDirection Direction { get; }

    /// <summary>False once it has ended; it never begins again, a new one takes its place.</summary>
    bool IsOpen { get; }

    /// <summary>
    /// For small frames that keep things going: queued whatever waits already, up to <see cref="LinkSettings.MaxQueuedFrames"/>. Takes the
    /// caller's reference in any case.
    /// </summary>
    /// <returns>False: it was dropped, because the connection has ended or so many frames wait.</returns>
    bool Send(LinkFrame frame);

    /// <summary>
    /// For everything else: queued while less than <see cref="LinkSettings.BulkQueueBytes"/> wait to be sent (the frame itself may then go
    /// beyond that).
    /// </summary>
    /// <param name="frame">Stays the caller's unless <see cref="LinkSend.Queued"/> is answered.</param>
    /// <param name="room">
    /// After <see cref="LinkSend.Full"/> it is called once, when half of the queue has been sent or the connection has ended. Registering the
    /// same one again before that has no effect.
    /// </param>
    LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null);

    /// <summary>Ends the connection; the reason goes to the log.</summary>
    void Abort(string reason);
}

/// <summary>Waits for room in a connection's queue.</summary>
public interface ILinkRoomListener
{
    /// <summary>Try again. Called on the connection's own thread: return at once (tell an actor, for instance) and do not throw.</summary>
    void OnRoom(ILinkConnection connection);
}

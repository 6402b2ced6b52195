using System.Buffers;

namespace Rocket.Actors.Links;

/// <summary>Takes the frames of one kind, or of several; registered at the <see cref="LinkHub"/>.</summary>
public interface ILinkReceiver
{
    /// <summary>
    /// Takes one frame. Called on the connection's read loop, one frame after the other; two connections call at the same time. As long as the
    /// task runs, nothing more is read from this connection, not even votes and pings of that side: keep it short, and use credit of your own
    /// for what waits for a disk.
    /// </summary>
    /// <param name="from">Where it came from; answers go back there.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="payload">Valid until the task has ended; copy what must live longer.</param>
    /// <exception cref="LinkViolationException">It makes no sense: the connection is closed with this line in the log.</exception>
    ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload);
}

/// <summary>
/// Is told of connections that begin and end, in that order for each of them. The end of one that was replaced may come after the beginning of
/// its successor.
/// </summary>
public interface ILinkObserver
{
    /// <summary>A connection has begun; no frame of it has been received yet. Return at once and do not throw.</summary>
    void OnUp(ILinkConnection connection);

    /// <summary>A connection has ended; every frame that was received has been dispatched. Return at once and do not throw.</summary>
    void OnDown(ILinkConnection connection);

    /// <summary>A peer that is not linked refuses connections: its process has ended, or does not listen yet. May be said again and again. Return at once and do not throw.</summary>
    void OnGone(string peer)
    {
    }
}

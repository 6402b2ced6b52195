using Rocket.Actors.Links;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>
/// Tells the sender of frames how many bytes of them have been taken up, so that it may send more: many frames with one word, but at once when nothing is
/// left, since a large frame waits until everything before it is gone. Any thread.
/// </summary>
internal sealed class TakenBytes(ILinkConnection link, LinkKind kind, long connection)
{
    /// <summary>How many bytes of one connection may be under way to another node and not be taken up there.</summary>
    public const int Window = 256 << 10;

    private const int WorthTelling = Window / 4;

    private int _untold;

    /// <summary>So many more.</summary>
    /// <param name="bytes">Bytes of frames.</param>
    /// <param name="isAll">Nothing is left.</param>
    public void Add(int bytes, bool isAll)
    {
        if (Interlocked.Add(ref _untold, bytes) is var untold && untold > 0 && (isAll || untold >= WorthTelling))
        {
            Tell();
        }
    }

    private void Tell()
    {
        var bytes = Interlocked.Exchange(ref _untold, 0);
        if (bytes > 0 && !link.Send(ForwardLayout.Taken(kind, connection, bytes)))
        {
            // Dropped: said with the next, unless the link has ended.
            Interlocked.Add(ref _untold, bytes);
        }
    }
}

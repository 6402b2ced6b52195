using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// What one copy of one log is sent. Pure; one thread at a time.
/// <code>
///  Detached ──Aligned──▶ Behind ──sent up to the end──▶ Live
///      ▲                   ▲ records are read from files  │ batches go as they are written
///      │                   └──── window or link full ─────┘
///      └──────────────────────── Detach, from any ────────┘
/// </code>
/// At most <c>window</c> bytes are under way without an acknowledgement, a single larger run apart.
/// </summary>
/// <param name="window">Bytes.</param>
public sealed class CopyFeed(long window)
{
    private enum Stage
    {
        Detached,
        Behind,
        Live,
    }

    private Stage _stage;
    private long _acknowledged;
    private bool _isBlocked;
    private bool _hadRoomSince;

    /// <summary>Where the next record that the copy is sent begins.</summary>
    public LogPoint Next { get; private set; }

    /// <summary>Whether records are being read for it.</summary>
    public bool IsReading { get; private set; }

    /// <summary>Whether batches go to it as they are written.</summary>
    public bool IsLive => _stage == Stage.Live;

    /// <summary>Whether it is known up to where the copy agrees with the log.</summary>
    public bool IsAttached => _stage != Stage.Detached;

    /// <summary>The copy agrees with the log up to here, and takes what follows.</summary>
    public void Aligned(LogPoint at, LogPoint end)
    {
        (Next, _acknowledged) = (at, at.Position);
        _stage = at == end ? Stage.Live : Stage.Behind;
        (IsReading, _isBlocked) = (false, false);
    }

    /// <summary>Nothing more goes to this copy until it is aligned again.</summary>
    public void Detach()
    {
        _stage = Stage.Detached;
        IsReading = false;
    }

    /// <summary>A batch was written. True: it goes to the copy now; if the link does not take it, <see cref="NotSent"/> follows.</summary>
    public bool TryTake(LogPoint first, LogPoint end)
    {
        if (_stage != Stage.Live)
        {
            return false;
        }

        if (first != Next)
        {
            throw new InvalidOperationException($"A batch that begins at {first} was written, but the copy was sent everything before {Next}.");
        }

        if (!HasRoom(end.Position - first.Position))
        {
            _stage = Stage.Behind;
            return false;
        }

        Next = end;
        return true;
    }

    /// <summary>The link did not take what was to be sent from this point on: nothing is tried until <see cref="RoomAgain"/>, if that was not said meanwhile.</summary>
    public void NotSent(LogPoint first)
    {
        if (_stage != Stage.Detached)
        {
            Next = first;
            _stage = Stage.Behind;
            _isBlocked = !(IsReading && _hadRoomSince);
        }

        IsReading = false;
    }

    /// <summary>The link takes records again. Who reads for a copy is on another thread, so that this may be said before it is known that the link was full.</summary>
    public void RoomAgain() => (_isBlocked, _hadRoomSince) = (false, true);

    /// <summary>Whether records should be read from the files for this copy. True: the reading has begun.</summary>
    public bool TryBeginRead()
    {
        if (_stage != Stage.Behind || IsReading || _isBlocked || !HasRoom(1))
        {
            return false;
        }

        (IsReading, _hadRoomSince) = (true, false);
        return true;
    }

    /// <summary>Records were read, as far as <paramref name="next"/>, and the link took them.</summary>
    /// <param name="first">Where the reading began; a reading of an earlier alignment counts for nothing.</param>
    /// <param name="next">Behind what was sent.</param>
    /// <param name="end">The end of the log.</param>
    public void Sent(LogPoint first, LogPoint next, LogPoint end)
    {
        if (!IsReading || first != Next)
        {
            return;
        }

        IsReading = false;
        Next = next;
        if (next == end)
        {
            _stage = Stage.Live;
        }
    }

    /// <summary>The copy holds everything before this position.</summary>
    public void Acknowledged(long position) => _acknowledged = Math.Max(_acknowledged, position);

    private bool HasRoom(long bytes) => Next.Position == _acknowledged || Next.Position - _acknowledged + bytes <= window;
}

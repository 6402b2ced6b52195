using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// What one session has sent of one log since it was aligned, and what of it was acknowledged. The log's owner writes what is sent, the link's thread what is acknowledged; both meet in
/// <see cref="Settle"/>.
/// </summary>
internal sealed class SentLog(ICopiedLog log, bool flushes)
{
    private long _sentPosition;
    private long _sentOffset;
    private long _heldPosition;
    private LogPoint _appended;
    private LogPoint _flushed;
    private volatile bool _isAligned;
    private int _isPending;
    private int _isRefused;

    public ICopiedLog Log => log;

    /// <summary>Whether records go to the copy, and what it acknowledges is about them.</summary>
    public bool IsAligned => _isAligned;

    /// <summary>What was acknowledged last; the link's thread, or one that keeps it out.</summary>
    public LogPoint Appended => _appended;

    /// <summary>What was acknowledged last as flushed.</summary>
    public LogPoint Flushed => _flushed;

    /// <summary>The copy agrees with the log up to here. Before the copy and the owner are told.</summary>
    /// <returns>Whether the copy has something to acknowledge: under sync-flush nobody knows how much of it is on its disk.</returns>
    public bool Begin(LogPoint at)
    {
        (_appended, _flushed) = (at, default);
        Volatile.Write(ref _sentPosition, at.Position);
        Volatile.Write(ref _sentOffset, at.Offset);
        Volatile.Write(ref _heldPosition, flushes ? 0 : at.Position);
        _isAligned = true;
        return flushes && at.Position > 0 && Interlocked.Exchange(ref _isPending, 1) == 0;
    }

    /// <summary>What is acknowledged of it from now on is about an alignment that is over.</summary>
    /// <returns>Whether something was still to be acknowledged.</returns>
    public bool End()
    {
        _isAligned = false;
        return Interlocked.Exchange(ref _isPending, 0) == 1;
    }

    /// <summary>Records are about to be sent, up to here.</summary>
    /// <returns>Whether the log has something to acknowledge now, and had not before.</returns>
    public bool Send(LogPoint end)
    {
        Volatile.Write(ref _sentOffset, end.Offset);
        Volatile.Write(ref _sentPosition, end.Position);
        return Interlocked.Exchange(ref _isPending, 1) == 0;
    }

    /// <summary>They were not: nothing behind this point was sent.</summary>
    public void NotSent(LogPoint first)
    {
        Volatile.Write(ref _sentOffset, first.Offset);
        Volatile.Write(ref _sentPosition, first.Position);
    }

    /// <summary>Takes an acknowledgement. Answers what is wrong with it, or null.</summary>
    /// <param name="ack">The acknowledgement.</param>
    /// <param name="isNews">Whether the copy has come further in what the broker's flush mode waits for.</param>
    public string? Take(in LogAck ack, out bool isNews)
    {
        isNews = false;
        var sent = new LogPoint(Volatile.Read(ref _sentPosition), Volatile.Read(ref _sentOffset));
        if (ack.Appended.Position > sent.Position || ack.Appended.Offset > sent.Offset)
        {
            return $"up to {ack.Appended}, although nothing behind {sent} was sent";
        }

        if (ack.Flushed.Position > ack.Appended.Position || ack.Flushed.Offset > ack.Appended.Offset)
        {
            return $"{ack.Flushed} as flushed, although it ends at {ack.Appended}";
        }

        if (IsBehind(ack.Appended, _appended) || IsBehind(ack.Flushed, _flushed))
        {
            return $"{ack.Appended}, {ack.Flushed} flushed, although it had acknowledged {_appended}, {_flushed} flushed, before";
        }

        isNews = flushes ? ack.Flushed != _flushed : ack.Appended != _appended;
        (_appended, _flushed) = (ack.Appended, ack.Flushed);
        Volatile.Write(ref _heldPosition, flushes ? ack.Flushed.Position : ack.Appended.Position);
        return null;
    }

    /// <summary>What the copy lacks, by what it has acknowledged; nothing of a log that is not aligned. The link's thread, or one that keeps it out.</summary>
    public CopyLag Lag()
    {
        if (!_isAligned)
        {
            return default;
        }

        var (held, end) = (flushes ? _flushed : _appended, log.Log.Watermarks.Appended);
        return new CopyLag(Math.Max(0, end.Offset - held.Offset), Math.Max(0, end.Position - held.Position));
    }

    /// <summary>After something was acknowledged, or was not sent after all. Answers by how much the number of logs that have something to acknowledge changes: −1 or 0.</summary>
    public int Settle()
    {
        if (!HoldsAll() || Interlocked.Exchange(ref _isPending, 0) == 0)
        {
            return 0;
        }

        // Something may have been sent meanwhile, which saw that it was pending already.
        return !HoldsAll() && Interlocked.Exchange(ref _isPending, 1) == 0 ? 0 : -1;
    }

    /// <summary>The owner has to be told when there is room. False: that is known already.</summary>
    public bool Refuse() => Interlocked.Exchange(ref _isRefused, 1) == 0;

    /// <summary>The owner is being told.</summary>
    public void Invite() => Interlocked.Exchange(ref _isRefused, 0);

    private bool HoldsAll() => Volatile.Read(ref _heldPosition) >= Volatile.Read(ref _sentPosition);

    private static bool IsBehind(LogPoint point, LogPoint before) => point.Position < before.Position || point.Offset < before.Offset;
}

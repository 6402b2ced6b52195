using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// All that the owner of one log on its master does about its copies: sends them what is written, has read for them what they lack, and knows from their acknowledgements what is
/// visible and confirmed. One thread at a time, the one that appends to the log; without a clock, a socket or an actor.
/// </summary>
public sealed class LogCopies
{
    private readonly RecordLog _log;
    private readonly long _window;
    private readonly List<AttachedCopy> _copies = [];
    private long _toldVisible = -1;

    /// <param name="log">The log.</param>
    /// <param name="isFlushRequired">sync-flush.</param>
    /// <param name="counting">Nodes whose copies count from the start, this one not among them.</param>
    /// <param name="window">Bytes that a copy may be sent without having acknowledged them.</param>
    public LogCopies(RecordLog log, bool isFlushRequired, IEnumerable<string> counting, long window)
    {
        ArgumentNullException.ThrowIfNull(log);
        _log = log;
        _window = window;
        Marks = new CopyMarks(isFlushRequired, log.Watermarks.AppendedOffset, log.Watermarks.FlushedOffset, counting);
        FindMissing();
    }

    /// <summary>What is visible, and who holds what.</summary>
    public CopyMarks Marks { get; }

    /// <summary>A copy that counts has no session: waiting for it may be in vain.</summary>
    public bool IsCopyMissing { get; private set; }

    /// <summary>The copies have not been told yet what they may show.</summary>
    public bool WantsMarks => Marks.IsOpen && Marks.VisibleOffset != _toldVisible && _copies.Count > 0;

    /// <summary>A batch was appended to the log: it goes to every copy that is up to date.</summary>
    public void Appended(in RecordRun run)
    {
        Marks.Appended(run.End.Offset);
        foreach (var copy in _copies)
        {
            if (copy.Feed.TryTake(run.First, run.End) && !TrySend(copy, run))
            {
                copy.Feed.NotSent(run.First);
            }
        }
    }

    /// <summary>The log was flushed up to this offset.</summary>
    public void Flushed(long offset)
    {
        Marks.Flushed(offset);
        Report();
    }

    /// <summary>From now on a copy counts, or does not.</summary>
    public void Count(string node, bool counts)
    {
        Marks.Count(node, counts);
        if (!counts && _copies.Find(copy => copy.Session.Node == node) is { } ceased)
        {
            ceased.HasToldThatItHolds = false;
        }

        FindMissing();
        Report();
    }

    /// <summary>A session has found up to where its copy agrees with the log.</summary>
    public void Aligned(ICopySession session, int log, LogPoint at)
    {
        ArgumentNullException.ThrowIfNull(session);
        _copies.RemoveAll(copy => copy.Session.Node == session.Node);
        var attached = new AttachedCopy(session, log, new CopyFeed(_window));
        attached.Feed.Aligned(at, _log.Watermarks.Appended);
        _copies.Add(attached);
        Marks.Aligned(session.Node, at.Offset);
        FindMissing();
        Report();
    }

    /// <summary>A copy says how far it has come.</summary>
    public void Acknowledged(ICopySession session, LogPoint appended, LogPoint flushed)
    {
        if (Find(session) is { } copy)
        {
            copy.Feed.Acknowledged(appended.Position);
            Marks.Acknowledged(copy.Session.Node, appended.Offset, flushed.Offset);
            Report();
        }
    }

    /// <summary>A session is over.</summary>
    public void Ended(ICopySession session)
    {
        _copies.RemoveAll(copy => ReferenceEquals(copy.Session, session));
        FindMissing();
    }

    /// <summary>
    /// A copy that lacks records and has room for some: they are to be read, beside the writer if need be, and sent, and then told to <see cref="WasRead"/>.
    /// </summary>
    public bool TryBeginRead(out CopyRead read)
    {
        foreach (var copy in _copies)
        {
            if (copy.Feed.TryBeginRead())
            {
                read = new CopyRead(copy.Session, copy.Log, copy.Feed.Next, copy.WrittenSince(_log.Watermarks.AppendedPosition));
                return true;
            }
        }

        read = default;
        return false;
    }

    /// <summary>Records were read for a copy.</summary>
    /// <param name="read">What was asked for.</param>
    /// <param name="next">Behind the records that were read.</param>
    /// <param name="isSent">Whether the link took them.</param>
    public void WasRead(in CopyRead read, LogPoint next, bool isSent)
    {
        if (Find(read.Session) is not { } copy || copy.Feed.Next != read.From)
        {
            return; // it was aligned anew meanwhile, or has gone
        }

        if (isSent)
        {
            copy.Feed.Sent(read.From, next, _log.Watermarks.Appended);
            Report();
        }
        else
        {
            copy.Feed.NotSent(read.From);
        }
    }

    /// <summary>A session's link takes records again.</summary>
    public void RoomAgain(ICopySession session) => Find(session)?.Feed.RoomAgain();

    /// <summary>The records that a copy lacks are no longer there: it is to be aligned anew.</summary>
    public void Lost(in CopyRead read)
    {
        if (Find(read.Session) is { } copy && copy.Feed.Next == read.From)
        {
            copy.Feed.Detach();
            copy.Session.Lost(copy.Log);
        }
    }

    /// <summary>What a copy lacks cannot be read here: the session that it has ends, and the next one tries again.</summary>
    public void CannotRead(in CopyRead read, string reason)
    {
        if (Find(read.Session) is { } copy && copy.Feed.Next == read.From)
        {
            copy.Feed.Detach();
            copy.Session.CannotRead(copy.Log, read.From, reason);
        }
    }

    /// <summary>Tells the copies what they may show, if that has changed since they were last told.</summary>
    public void TellMarks()
    {
        if (WantsMarks)
        {
            foreach (var copy in _copies)
            {
                copy.Session.SendMarks(copy.Log, Marks.VisibleOffset, _log.Watermarks.Minimum);
            }

            _toldVisible = Marks.VisibleOffset;
        }
    }

    /// <summary>Whether a copy is sent batches as they are written.</summary>
    public bool IsLive(string node) => _copies.Exists(copy => copy.Session.Node == node && copy.Feed.IsLive);

    private bool TrySend(AttachedCopy copy, in RecordRun run) =>
        copy.Session.TrySend(copy.Log, run, Marks.IsOpen ? Marks.VisibleOffset : -1, _log.Watermarks.Minimum);

    private void Report()
    {
        foreach (var copy in _copies)
        {
            if (!copy.HasToldThatItCaughtUp && copy.Feed.IsLive)
            {
                copy.HasToldThatItCaughtUp = true;
                copy.Session.CaughtUp(copy.Log);
            }

            if (!copy.HasToldThatItHolds && Marks.Counts(copy.Session.Node) && Marks.HoldsVisible(copy.Session.Node))
            {
                copy.HasToldThatItHolds = true;
                copy.Session.HoldsVisible(copy.Log);
            }
        }
    }

    private void FindMissing() => IsCopyMissing = Marks.Counting.Any(node => !_copies.Exists(copy => copy.Session.Node == node));

    private AttachedCopy? Find(ICopySession session)
    {
        foreach (var copy in _copies)
        {
            if (ReferenceEquals(copy.Session, session))
            {
                return copy;
            }
        }

        return null;
    }

    private sealed class AttachedCopy(ICopySession session, int log, CopyFeed feed)
    {
        private long _endWhenAsked = -1;

        public ICopySession Session => session;

        public int Log => log;

        public CopyFeed Feed => feed;

        public bool HasToldThatItCaughtUp { get; set; }

        public bool HasToldThatItHolds { get; set; }

        /// <summary>How many bytes the log has grown since this was last asked.</summary>
        public long WrittenSince(long end)
        {
            var written = _endWhenAsked < 0 ? 0 : end - _endWhenAsked;
            _endWhenAsked = end;
            return written;
        }
    }
}

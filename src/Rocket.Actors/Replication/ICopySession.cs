using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>The way from a master to one node that holds a copy of its broker, for as long as one connection and one epoch last.</summary>
public interface ICopySession
{
    /// <summary>The node.</summary>
    string Node { get; }

    /// <summary>
    /// Sends records of one log, together with what the copy may show to consumers. Copies the bytes. False: the link has no room now, nothing was sent, and
    /// <see cref="ICopiedLog.RoomAgain"/> follows once there is room.
    /// </summary>
    bool TrySend(int log, in RecordRun run, long visibleOffset, LogPoint minimum);

    /// <summary>Tells what may be shown when there are no records to send. Losing it does no harm.</summary>
    void SendMarks(int log, long visibleOffset, LogPoint minimum);
}

/// <summary>A log as its sessions see it. Called on any thread; the log's owner takes it from there.</summary>
public interface ICopiedLog
{
    /// <summary>The copy agrees with the log up to here.</summary>
    void Aligned(ICopySession session, int log, LogPoint at);

    /// <summary>The copy holds, and has flushed, everything before these points.</summary>
    void Acknowledged(ICopySession session, LogPoint appended, LogPoint flushed);

    /// <summary>The session's link takes records again.</summary>
    void RoomAgain(ICopySession session);

    /// <summary>The session is over.</summary>
    void Ended(ICopySession session);

    /// <summary>A copy begins to count, or ceases to.</summary>
    void Count(string node, bool counts);
}

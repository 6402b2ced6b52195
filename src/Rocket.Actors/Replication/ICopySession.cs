using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>
/// The way from a master to one node that holds a copy of its broker, for as long as one connection and one epoch last. Sending: any thread, for each log its owner's. None of the
/// calls blocks.
/// </summary>
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

    /// <summary>The copy of this log has been sent everything that is written; said once after each alignment.</summary>
    void CaughtUp(int log);

    /// <summary>
    /// The copy of this log counts, and holds everything that consumers may see: as long as it counts that stays so. Said once after each time that it began to count, or was
    /// aligned.
    /// </summary>
    void HoldsVisible(int log);

    /// <summary>Records that the copy of this log lacks are no longer there: it has to be aligned anew. Nothing is sent to it before that.</summary>
    void Lost(int log);

    /// <summary>Records that the copy of this log lacks are there and cannot be read: nothing more is sent to it.</summary>
    /// <param name="log">The log.</param>
    /// <param name="from">Where the first of them begins.</param>
    /// <param name="reason">For people.</param>
    void CannotRead(int log, LogPoint from, string reason);
}

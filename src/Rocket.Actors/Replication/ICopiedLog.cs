using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>A log as its sessions see it. Called on any thread, for one session never on two at a time; the log's owner takes it from there.</summary>
public interface ICopiedLog
{
    /// <summary>The log. Readers and marks of it may be used on any thread.</summary>
    RecordLog Log { get; }

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

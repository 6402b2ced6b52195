using Rocket.Actors.Replication.Wire;

namespace Rocket.Actors.Replication;

/// <summary>What a <see cref="ReplicaActor"/> knows of one log. Used by it alone.</summary>
internal sealed class FollowedLog(string name)
{
    public string Name => name;

    /// <summary>The log; null: it could not be opened.</summary>
    public CopiedLog? Copy { get; set; }

    /// <summary>What readers see of it.</summary>
    public CopyView? View { get; set; }

    /// <summary>Its number in the session; −1: it has none yet.</summary>
    public int Number { get; set; } = -1;

    /// <summary>Whether it agrees with the master's, so that records may follow.</summary>
    public bool IsAligned { get; set; }

    /// <summary>Why it is not written in this session; null: it is.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether what is wrong with it stays, however often it is opened: fetching it anew helps, and nothing else.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>Whether a flush thread is at it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether the next acknowledgement speaks of it.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Whether it waits for the background flush.</summary>
    public bool IsUnflushed { get; set; }

    /// <summary>To be flushed as soon as it is not busy.</summary>
    public bool WantsFlush { get; set; }

    /// <summary>Whole segments before this position are to be dropped as soon as it is not busy; 0: none.</summary>
    public long WantsDrop { get; set; }

    /// <summary>The master's minimum, for which it was looked already what can be dropped.</summary>
    public long DroppedFor { get; set; }

    /// <summary>What the master found necessary while the log was busy.</summary>
    public Align? Postponed { get; set; }

    /// <summary>Records that are not known to be on the disk.</summary>
    public bool HasUnflushed => Copy is { } copy && copy.Log.Watermarks.FlushedOffset < copy.Log.Watermarks.AppendedOffset;

    /// <summary>A session has ended: the next one says everything anew.</summary>
    public void Forget()
    {
        (Number, IsAligned, IsTouched, Postponed) = (-1, false, false, null);
    }
}

namespace Rocket.Actors.Queues;

/// <summary>How an append ended.</summary>
public enum AppendOutcome
{
    /// <summary>Not answered yet.</summary>
    Pending,

    /// <summary>Stored, and as safe as the broker's flush-disk-type asks.</summary>
    Stored,

    /// <summary>Stored and consumable, but its flush took longer than sync-flush-timeout (code 10).</summary>
    FlushTimeout,

    /// <summary>Stored here, but a copy that counts did not acknowledge it within slave-timeout (code 12). Consumers see it once it has.</summary>
    SlaveTimeout,

    /// <summary>Stored here, but a copy that counts cannot be reached, or fewer than min-in-sync nodes are in sync (code 11).</summary>
    SlaveUnavailable,

    /// <summary>Not stored: this queue cannot take it now (code 14).</summary>
    Unavailable,

    /// <summary>Not stored: the disk would become too full (code 14).</summary>
    NoRoom,
}

namespace Rocket.Simulation.Replication;

/// <summary>Rules of replication that a cluster may break, to see whether the checks notice.</summary>
internal enum Recklessness
{
    None,

    /// <summary>A takeover counts as agreed as soon as the node's own acceptor has taken it, as if placements were merged by gossip.</summary>
    AgreesAlone,

    /// <summary>An election opens the logs, and so reads where they end, before it fences them against the former master.</summary>
    OpensBeforeFencing,

    /// <summary>A copy counts only once its addition is known to be agreed.</summary>
    CountsTooLate,

    /// <summary>Under sync-flush a record is confirmed once the copies have written it, flushed or not.</summary>
    FlushesOnMasterOnly,

    /// <summary>A voter whose disk was wiped votes at once.</summary>
    WipedVoterVotes,

    /// <summary>A copy takes records of a master that it has promised not to follow any more.</summary>
    ForgetsFence,

    /// <summary>A new master shows what it found before the in-sync set has it.</summary>
    OpensAtOnce,

    /// <summary>A copy that has lost records with its machine is elected like any other one.</summary>
    IgnoresDoubt,

    /// <summary>A copy that has lost records with its machine is trusted again as soon as it follows a master.</summary>
    TrustsAtOnce,

    /// <summary>A copy is removed from what counts as soon as its removal is proposed.</summary>
    CeasesTooEarly,

    /// <summary>A master of a pair confirms what it takes without its follower.</summary>
    ConfirmsDegraded,

    /// <summary>A voter that is back takes a person's word that the other one is dead before it has read what that one decided alone.</summary>
    TakesWordUnread,
}

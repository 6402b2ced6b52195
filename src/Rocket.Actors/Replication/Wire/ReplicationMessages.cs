using Rocket.Actors.Placement;

namespace Rocket.Actors.Replication.Wire;

/// <summary>What a master and the holder of a copy say to each other, records and acknowledgements apart. A session is one connection and one epoch.</summary>
/// <param name="Session">Number that the master has drawn; never used twice by one process.</param>
public abstract record ReplicationMessage(long Session);

/// <summary>Master → copy: follow me.</summary>
/// <param name="Broker">Broker name.</param>
/// <param name="Epoch">The master's.</param>
/// <param name="Session">The new session.</param>
/// <param name="Flushes">Whether what was appended is to be flushed at once (sync-flush).</param>
/// <param name="MayReplace">
/// The copy is not in sync, by agreement, and does not become so in this session before it has every log: it may fetch one anew that is of no use.
/// </param>
public sealed record Follow(string Broker, Epoch Epoch, long Session, bool Flushes, bool MayReplace = false) : ReplicationMessage(Session);

/// <summary>Copy → master: no.</summary>
/// <param name="Session">The session that does not come about.</param>
/// <param name="Promised">The highest epoch that was promised; above the master's: the master is deposed.</param>
/// <param name="Reason">For people.</param>
public sealed record FollowRefused(long Session, Epoch Promised, string Reason) : ReplicationMessage(Session);

/// <summary>Copy → master: how its logs end; in several parts if there are many. A log that none of them names is empty.</summary>
public sealed record Ends(long Session, bool IsLast, IReadOnlyList<NamedEnd> Logs) : ReplicationMessage(Session);

/// <summary>How one log ends.</summary>
public readonly record struct NamedEnd(string Name, LogEnd End);

/// <summary>Master → copy: what to do with a log, and the number that it has in this session from now on. Answer: <see cref="LogEnded"/>, unless it is aligned.</summary>
public sealed record Align(long Session, int Log, string Name, LogAlignment Alignment) : ReplicationMessage(Session);

/// <summary>Copy → master: how a log ends after an <see cref="Align"/> that has changed it.</summary>
public sealed record LogEnded(long Session, int Log, LogEnd End) : ReplicationMessage(Session);

/// <summary>Copy → master: the log cannot be written or read here; waiting does not help.</summary>
public sealed record LogFailed(long Session, int Log, string Reason) : ReplicationMessage(Session);

/// <summary>Master → copy: it holds everything that was shown or confirmed, whatever it had lost before. Said only to a copy that was doubtful.</summary>
public sealed record HoldsAll(long Session) : ReplicationMessage(Session);

/// <summary>Copy → master: its node stops, so this session ends and nothing more is acknowledged.</summary>
public sealed record Leaves(long Session) : ReplicationMessage(Session);

/// <summary>Master → copy: what may be shown to consumers.</summary>
/// <param name="Session">The session.</param>
/// <param name="Log">The log's number.</param>
/// <param name="VisibleOffset">−1: not known yet.</param>
/// <param name="Minimum">The first record that the master has.</param>
public sealed record Marks(long Session, int Log, long VisibleOffset, Storage.LogPoint Minimum) : ReplicationMessage(Session);

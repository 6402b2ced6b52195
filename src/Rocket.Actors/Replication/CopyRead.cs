using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>Records that a copy lacks and that have to be read from files for it.</summary>
/// <param name="Session">Where they go.</param>
/// <param name="Log">The log's number there.</param>
/// <param name="From">Where the first one begins.</param>
/// <param name="Written">Bytes that were written to the log since it was last read for this copy.</param>
public readonly record struct CopyRead(ICopySession Session, int Log, LogPoint From, long Written = 0);

namespace Rocket.Actors.Storage;

/// <summary>A place between two records of a log.</summary>
/// <param name="Position">Bytes of records (headers included) before it since the log began.</param>
/// <param name="Offset">Records before it since the log began.</param>
public readonly record struct LogPoint(long Position, long Offset);

namespace Rocket.Actors.Storage;

/// <summary>Opening a log found damage before its last checkpoint: no record was touched, a person or a replica must decide.</summary>
public sealed class DamagedLogException(string file, long position, string reason)
    : Exception(
        $"{file}, position {position}: {reason}. No record was touched. Restore the log's folder from a replica or a backup, "
        + "or move it away to begin the log anew without its records")
{
    /// <summary>The file that is damaged or missing.</summary>
    public string File { get; } = file;

    /// <summary>Where in the log.</summary>
    public long Position { get; } = position;

    /// <summary>What is wrong there.</summary>
    public string Reason { get; } = reason;

    /// <summary>File, place and reason, without what to do: for owners of logs that cannot simply begin anew.</summary>
    public string Damage => $"{File}, position {Position}: {Reason}";
}

/// <summary>A record, or what index or keys say of it, is not what was written. It is never served; its neighbours still are.</summary>
public sealed class DamagedRecordException(string file, long position, string reason) : Exception($"{file}, position {position}: {reason}")
{
    /// <summary>The file that is damaged.</summary>
    public string File { get; } = file;

    /// <summary>Where in the log; for index and keys: where in that file.</summary>
    public long Position { get; } = position;
}

/// <summary>An earlier write or fsync of this log failed: it takes no more records until it is opened anew. Reading goes on.</summary>
public sealed class LogPoisonedException(string log, Exception cause)
    : Exception($"The log {log} takes no more records since a write or flush failed: {cause.Message}", cause);

/// <summary>The record asked for was dropped by retention, before or while it was read.</summary>
public sealed class OffsetBelowMinimumException(string message) : Exception(message);

/// <summary>A file was written by a newer version than this one; it is left alone.</summary>
public sealed class NewerFormatException(string file, int version, int known)
    : Exception($"{file} has format version {version}, this program knows up to version {known}: use the version that wrote it, or a newer one")
{
    /// <summary>The file.</summary>
    public string File { get; } = file;

    /// <summary>Its format version.</summary>
    public int Version { get; } = version;
}

/// <summary>Records that another node sent do not belong at the end of this log; nothing was written.</summary>
public sealed class ForeignRecordsException(string log, string reason) : Exception($"Records that were sent for the log {log} are refused: {reason}");

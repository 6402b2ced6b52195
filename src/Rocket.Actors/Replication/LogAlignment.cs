using Rocket.Actors.Storage;

namespace Rocket.Actors.Replication;

/// <summary>What a copy says of one of its logs.</summary>
/// <param name="LastEpoch">Epoch of its last record; −1 without one.</param>
/// <param name="End">Behind its last record.</param>
public readonly record struct LogEnd(long LastEpoch, LogPoint End);

/// <summary>What a copy has to do so that its log is the beginning of the master's.</summary>
public abstract record LogAlignment
{
    /// <summary>It is; what follows this point is sent.</summary>
    public sealed record Aligned(LogPoint At) : LogAlignment;

    /// <summary>
    /// It cuts what lies behind this end, or behind its own end of this epoch if that comes first, and says again how its log ends: the master has other records from there on.
    /// </summary>
    public sealed record Cut(EpochEnd Common) : LogAlignment;

    /// <summary>It gives up all that it has and begins here: what it needs is no longer there in one piece.</summary>
    public sealed record StartAt(LogPoint Minimum) : LogAlignment;

    /// <summary>
    /// Compares a copy with the master's log. Within one epoch one master wrote, so two logs that both have records of it hold the same ones, as far as both go.
    /// </summary>
    /// <param name="copy">How the copy ends.</param>
    /// <param name="log">The master's log.</param>
    public static LogAlignment Of(LogEnd copy, RecordLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var minimum = log.Watermarks.Minimum;
        if (copy.LastEpoch < 0)
        {
            // An empty copy stays where it was told to begin: what lies before was visible, and may be gone here too.
            return IsBoundary(log, copy.End) ? new Aligned(copy.End) : new StartAt(minimum);
        }

        if (copy.End.Position <= minimum.Position)
        {
            return copy.End == minimum ? new Aligned(minimum) : new StartAt(minimum);
        }

        var common = log.Reader.EndOfEpoch(copy.LastEpoch);
        if (common.Epoch < 0)
        {
            return new StartAt(minimum);
        }

        return common.Epoch == copy.LastEpoch && copy.End.Position <= common.End.Position ? new Aligned(copy.End) : new Cut(common);
    }

    private static bool IsBoundary(RecordLog log, LogPoint point) =>
        point == log.Watermarks.Minimum
        || point == log.Watermarks.Appended
        || (log.Reader.TryFindAt(point.Position, out var offset, out _) && offset == point.Offset);

    /// <summary>Where a copy cuts.</summary>
    /// <param name="common">What the master said.</param>
    /// <param name="own">The copy's own end of that epoch.</param>
    public static LogPoint CutPoint(EpochEnd common, EpochEnd own) =>
        own.Epoch == common.Epoch && common.End.Position < own.End.Position ? common.End : own.End;
}

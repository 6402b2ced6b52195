using Rocket.Actors.Storage;

namespace Rocket.Actors.Retention;

/// <summary>How full a broker's disk is, what that calls for, and when it is worth looking again.</summary>
internal sealed class DiskWatchState(RetentionSettings settings)
{
    /// <summary>More than a broker can write in a second: a disk is looked at again before it could have become too full.</summary>
    private const long GreatestBytesPerSecond = 1L << 30;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>While sends are refused nothing of ours fills the disk; what is waited for is space, and clients wait too.</summary>
    private static readonly TimeSpan RefusingPause = TimeSpan.FromSeconds(1);

    /// <summary>The last measurement; null: none, or a disk that cannot be full.</summary>
    public DiskUse? Use { get; private set; }

    public DiskLevel Level { get; private set; }

    /// <summary>Bytes that may be written before sends are refused.</summary>
    public long BytesUntilRefusal => Use?.BytesBelow(settings.DiskRefuseWritesRatio) ?? long.MaxValue;

    /// <summary>How long the disk need not be measured.</summary>
    public TimeSpan UntilNextMeasurement
    {
        get
        {
            if (Use is null)
            {
                return settings.CheckInterval;
            }

            var pause = Level == DiskLevel.SendsRefused
                ? RefusingPause
                : TimeSpan.FromSeconds((double)BytesUntilRefusal / GreatestBytesPerSecond);
            return Clamp(pause, ShortestPause, settings.CheckInterval);
        }
    }

    /// <summary>Takes a measurement in.</summary>
    public void Measured(DiskUse? use)
    {
        Use = use;
        Level = LevelOf(settings, use);
    }

    public static DiskLevel LevelOf(RetentionSettings settings, DiskUse? use) => use?.Percent switch
    {
        null => DiskLevel.Normal,
        var percent when percent >= settings.DiskRefuseWritesRatio => DiskLevel.SendsRefused,
        var percent when percent >= settings.DiskCleanForciblyRatio => DiskLevel.ConsumedGoes,
        var percent when percent >= settings.DiskMaxUsedSpaceRatio => DiskLevel.ExpiredGoes,
        _ => DiskLevel.Normal,
    };

    private static TimeSpan Clamp(TimeSpan value, TimeSpan least, TimeSpan greatest) =>
        value > greatest ? greatest : value < least ? least : value;
}

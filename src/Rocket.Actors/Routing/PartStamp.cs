namespace Rocket.Actors.Routing;

/// <summary>
/// Which of two states of one published part is the newer: the epoch decides, then the version. One epoch has one writer, who counts
/// its versions up, so no clock is asked.
/// </summary>
/// <param name="Epoch">The broker's epoch; 0 is older than every real one.</param>
/// <param name="Version">Running number within the epoch, from 1.</param>
public readonly record struct PartStamp(long Epoch, long Version) : IComparable<PartStamp>
{
    /// <inheritdoc/>
    public int CompareTo(PartStamp other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Version.CompareTo(other.Version);

    public static bool operator <(PartStamp left, PartStamp right) => left.CompareTo(right) < 0;

    public static bool operator >(PartStamp left, PartStamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(PartStamp left, PartStamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PartStamp left, PartStamp right) => left.CompareTo(right) >= 0;
}

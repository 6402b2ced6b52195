namespace Rocket.Actors.Retention;

/// <summary>When a broker deletes old messages, and when its disk is too full to take new ones. Ratios are percent of the disk that are used.</summary>
/// <param name="DeleteWhen">Hours of the day, local time, during which expired segments go (deleteWhen).</param>
/// <param name="FileReservedTime">A segment whose newest message is older has expired (fileReservedTime).</param>
/// <param name="DiskMaxUsedSpaceRatio">From here on expired segments go at any hour (diskMaxUsedSpaceRatio).</param>
/// <param name="DiskCleanForciblyRatio">From here on segments go before they expire, the oldest first (diskSpaceCleanForciblyRatio).</param>
/// <param name="DiskRefuseWritesRatio">From here on sends are answered 14 (diskSpaceWarningLevelRatio).</param>
/// <param name="DiskDeletesUnread">Whether a full disk may cost messages that a consumer group has not consumed.</param>
/// <param name="CheckInterval">How often the rules are looked at (cleanResourceInterval).</param>
public sealed record RetentionSettings(
    IReadOnlyList<int> DeleteWhen,
    TimeSpan FileReservedTime,
    int DiskMaxUsedSpaceRatio,
    int DiskCleanForciblyRatio,
    int DiskRefuseWritesRatio,
    bool DiskDeletesUnread,
    TimeSpan CheckInterval)
{
    /// <summary>RocketMQ's defaults, but for unread messages, which RocketMQ deletes.</summary>
    public static RetentionSettings Default { get; } = new(
        DeleteWhen: [4],
        FileReservedTime: TimeSpan.FromHours(72),
        DiskMaxUsedSpaceRatio: 75,
        DiskCleanForciblyRatio: 85,
        DiskRefuseWritesRatio: 90,
        DiskDeletesUnread: false,
        CheckInterval: TimeSpan.FromSeconds(10));
}

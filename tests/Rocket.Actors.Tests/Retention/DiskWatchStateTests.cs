using Rocket.Actors.Retention;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Retention;

public sealed class DiskWatchStateTests
{
    private const long Gigabyte = 1L << 30;

    private static readonly RetentionSettings Settings = RetentionSettings.Default;

    [Theory]
    [InlineData(0, DiskLevel.Normal)]
    [InlineData(74, DiskLevel.Normal)]
    [InlineData(75, DiskLevel.ExpiredGoes)]
    [InlineData(84, DiskLevel.ExpiredGoes)]
    [InlineData(85, DiskLevel.ConsumedGoes)]
    [InlineData(89, DiskLevel.ConsumedGoes)]
    [InlineData(90, DiskLevel.SendsRefused)]
    [InlineData(100, DiskLevel.SendsRefused)]
    public void Each_level_begins_at_its_ratio(int percent, object level)
    {
        var disk = new DiskWatchState(Settings);
        disk.Measured(Percent(percent));
        Assert.Equal(level, disk.Level);
        Assert.Equal(DiskLevel.SendsRefused.Equals(level), disk.BytesUntilRefusal == 0);
    }

    [Fact]
    public void Ratios_that_are_equal_leave_the_higher_level()
    {
        var disk = new DiskWatchState(Settings with { DiskMaxUsedSpaceRatio = 80, DiskCleanForciblyRatio = 80, DiskRefuseWritesRatio = 80 });
        foreach (var (percent, level) in new[] { (79, DiskLevel.Normal), (80, DiskLevel.SendsRefused), (79, DiskLevel.Normal) })
        {
            disk.Measured(Percent(percent));
            Assert.Equal(level, disk.Level);
        }
    }

    [Fact]
    public void A_refusal_begins_as_RocketMQs_does_and_names_the_ratio() => Assert.Equal(
        "service not available now. It may be caused by one of the following reasons: the broker's disk is full [disk-refuse-writes-ratio = 90 %]",
        DiskRefusal.Remark(Settings));

    [Fact]
    public void A_disk_that_cannot_be_full_calls_for_nothing()
    {
        var disk = new DiskWatchState(Settings);
        disk.Measured(Percent(95));
        disk.Measured(null);
        Assert.Equal((DiskLevel.Normal, long.MaxValue), (disk.Level, disk.BytesUntilRefusal));
        Assert.Equal(Settings.CheckInterval, disk.UntilNextMeasurement);
    }

    [Theory]
    [InlineData(0, 1000 * Gigabyte, 10_000)] // 900 GiB may come: the check is soon enough
    [InlineData(850 * Gigabyte, 150 * Gigabyte, 10_000)]
    [InlineData(895 * Gigabyte, 105 * Gigabyte, 5_000)] // 5 GiB may come
    [InlineData(899 * Gigabyte, 101 * Gigabyte, 1_000)]
    [InlineData(10 << 20, 10 << 20, 100)] // a small disk
    [InlineData(95, 5, 1_000)] // refusing already
    public void The_less_may_come_the_sooner_the_disk_is_measured_again(long used, long free, int milliseconds)
    {
        var disk = new DiskWatchState(Settings);
        disk.Measured(new DiskUse(used, free));
        Assert.Equal(milliseconds, disk.UntilNextMeasurement.TotalMilliseconds, 1.0);
    }

    private static DiskUse Percent(int percent) => new(percent * Gigabyte, (100 - percent) * Gigabyte);
}

using Rocket.Actors.Schedules;
using Xunit;

namespace Rocket.Actors.Tests.Schedules;

public sealed class DelayLevelsTests
{
    [Fact]
    public void RocketMQs_own_are_18_from_a_second_to_two_hours()
    {
        var levels = DelayLevels.Default;
        Assert.Equal(18, levels.Count);
        Assert.Equal(TimeSpan.FromSeconds(1), levels.DelayOf(1));
        Assert.Equal(TimeSpan.FromMinutes(1), levels.DelayOf(5));
        Assert.Equal(TimeSpan.FromHours(2), levels.DelayOf(18));
        Assert.Equal((3, 18), (levels.Limit(3), levels.Limit(19)));
    }

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("  2m   3h 4d ", 3)]
    [InlineData("365d", 1)]
    public void Numbers_with_units_between_blanks_are_levels(string text, int count)
    {
        Assert.True(DelayLevels.TryParse(text, out var levels, out var mistake));
        Assert.Null(mistake);
        Assert.Equal(count, levels.Count);
    }

    [Theory]
    [InlineData("", "wants 1 to 64 delays")]
    [InlineData("0s", "0s is no delay")]
    [InlineData("1s -2s", "-2s is no delay")]
    [InlineData("1s 5", "5 is no delay")]
    [InlineData("1ms", "1ms is no delay")]
    [InlineData("366d", "366d is no delay")]
    [InlineData("99999999999s", "99999999999s is no delay")]
    public void Anything_else_is_refused_with_what_is_wanted(string text, string mistake)
    {
        Assert.False(DelayLevels.TryParse(text, out _, out var found));
        Assert.StartsWith(mistake, found, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_64_at_most() => Assert.False(DelayLevels.TryParse(string.Join(' ', Enumerable.Repeat("1s", 65)), out _, out _));
}

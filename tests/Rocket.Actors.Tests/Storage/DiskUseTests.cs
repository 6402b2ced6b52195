using CsCheck;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class DiskUseTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 100, 0)]
    [InlineData(100, 0, 100)]
    [InlineData(899, 101, 89)]
    [InlineData(900, 100, 90)]
    [InlineData(long.MaxValue, long.MaxValue, 50)]
    public void Percent_is_the_used_part_rounded_down(long used, long free, int percent) => Assert.Equal(percent, new DiskUse(used, free).Percent);

    [Fact]
    public void Bytes_above_and_below_a_percentage_lead_just_across_it() =>
        Gen.Select(Gen.Long[0, 1L << 50], Gen.Long[0, 1L << 50], Gen.Int[1, 100]).Where(disk => disk.Item1 + disk.Item2 > 1000).Sample((used, free, percent) =>
        {
            var use = new DiskUse(used, free);
            var above = use.BytesAbove(percent);
            var below = use.BytesBelow(percent);
            Assert.True(above == 0 || below == 0);
            Assert.Equal(use.Percent >= percent, above > 0);
            Assert.Equal(use.Percent < percent, below > 0);
            if (above > 0)
            {
                Assert.True(new DiskUse(used - above, free + above).Percent < percent);
                Assert.Equal(percent, new DiskUse(used - above + 1, free + above - 1).Percent);
            }

            if (below > 0)
            {
                Assert.Equal(percent, new DiskUse(used + below, free - below).Percent);
                Assert.True(new DiskUse(used + below - 1, free - below + 1).Percent < percent);
            }
        });
}

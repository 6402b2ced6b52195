using Rocket.Host.Configuration;
using Xunit;

namespace Rocket.Host.Tests.Configuration;

public sealed class HoconUnitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("1B", 1)]
    [InlineData("64 MiB", 64L << 20)]
    [InlineData("64M", 64L << 20)]
    [InlineData("64 MB", 64_000_000)]
    [InlineData("1.5 GiB", 3L << 29)]
    [InlineData("2kB", 2000)]
    [InlineData("3 k", 3072)]
    [InlineData("1 TiB", 1L << 40)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.True(HoconUnits.TryParseSize(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1 MiB")]
    [InlineData("1.0001 B")]
    [InlineData("1 mib")]
    [InlineData("1,5 MiB")]
    [InlineData("1 MiB 1")]
    [InlineData("0x10")]
    [InlineData("1e3")]
    [InlineData("9000000000 GiB")]
    [InlineData("99999999999999999999999999999999999")]
    [InlineData("1..5 MiB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(HoconUnits.TryParseSize(text, out _));

    [Theory]
    [InlineData("500 ms", 500)]
    [InlineData("500", 500)]
    [InlineData("2s", 2000)]
    [InlineData("1.5 minutes", 90_000)]
    [InlineData("1 h", 3_600_000)]
    [InlineData("2 days", 172_800_000)]
    [InlineData("3000 us", 3)]
    public void Durations_are_read(string text, double milliseconds)
    {
        Assert.True(HoconUnits.TryParseDuration(text, out var read));
        Assert.Equal(milliseconds, read.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1 s")]
    [InlineData("infinite")]
    [InlineData("1 fortnight")]
    [InlineData("99999999999 d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(HoconUnits.TryParseDuration(text, out _));
}

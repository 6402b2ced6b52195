using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class OutOfSpaceTests
{
    [Theory]
    [InlineData(28)] // ENOSPC
    [InlineData(122)] // EDQUOT
    [InlineData(unchecked((int)0x80070070))]
    [InlineData(unchecked((int)0x80070027))]
    public void A_full_disk_is_known_by_its_number_however_deep_it_lies(int number)
    {
        var full = new IOException("no room", number);
        Assert.True(OutOfSpace.IsCauseOf(full));
        Assert.True(OutOfSpace.IsCauseOf(new LogPoisonedException("a log", full)));
    }

    [Fact]
    public void A_broken_disk_is_not_full()
    {
        Assert.False(OutOfSpace.IsCauseOf(new IOException("input/output error", 5)));
        Assert.False(OutOfSpace.IsCauseOf(new LogPoisonedException("a log", new IOException("unknown"))));
        Assert.False(OutOfSpace.IsCauseOf(null));
    }
}

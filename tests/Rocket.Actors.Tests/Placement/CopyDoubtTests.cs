using Rocket.Actors.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Placement;

public sealed class CopyDoubtTests
{
    private static readonly CopyDoubt Own = new(LastEpoch: 0x200, Length: 100);

    [Fact]
    public void It_leads_where_nobody_else_is_in_sync() => Assert.Null(Own.WhyNotLead("node1", [], _ => default));

    [Theory]
    [InlineData(0x200, 99)]
    [InlineData(0x100, 999)]
    [InlineData(-1, 0)]
    public void It_leads_where_everybody_is_there_and_has_less(long epoch, long length) => Assert.Null(Why(new HeardCopy(true, new CopyDoubt(epoch, length))));

    [Theory]
    [InlineData(0x200, 101)]
    [InlineData(0x300, 1)]
    public void It_does_not_where_somebody_has_more(long epoch, long length) =>
        Assert.Contains("node2 has more", Why(new HeardCopy(true, new CopyDoubt(epoch, length))), StringComparison.Ordinal);

    [Fact]
    public void It_does_not_where_somebody_may_come_back() => Assert.Contains("node2, which may have them, is not here", Why(default), StringComparison.Ordinal);

    [Fact]
    public void It_does_not_where_somebody_has_lost_nothing() => Assert.Contains("node2 has them", Why(new HeardCopy(true, null)), StringComparison.Ordinal);

    [Fact]
    public void It_does_not_before_it_is_known_how_much_somebody_has() =>
        Assert.Contains("node2 has more", Why(new HeardCopy(true, CopyDoubt.OfUnknownLength)), StringComparison.Ordinal);

    [Fact]
    public void Of_two_that_have_the_same_one_leads()
    {
        Assert.Null(Own.WhyNotLead("node1", ["node2"], _ => new HeardCopy(true, Own)));
        Assert.NotNull(Own.WhyNotLead("node2", ["node1"], _ => new HeardCopy(true, Own)));
    }

    [Fact]
    public void One_that_may_come_back_is_enough() =>
        Assert.NotNull(Own.WhyNotLead("node1", ["node2", "node3"], node => node == "node2" ? new HeardCopy(true, new CopyDoubt(0x100, 1)) : default));

    private static string? Why(HeardCopy other) => Own.WhyNotLead("node1", ["node2"], _ => other);
}

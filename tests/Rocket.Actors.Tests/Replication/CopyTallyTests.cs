using Rocket.Actors.Replication;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class CopyTallyTests
{
    private readonly CopyTally _tally = new();

    [Fact]
    public void All_logs_have_to_have_come_as_far()
    {
        _tally.Add(0);
        _tally.Add(1);
        _tally.Aligned(0);
        _tally.Holds(0);
        Assert.Equal((false, false, false), (_tally.IsAligned, _tally.HasCaughtUp, _tally.HoldsVisible));
        _tally.Aligned(1);
        _tally.CaughtUp(0);
        _tally.CaughtUp(1);
        Assert.Equal((true, true, false), (_tally.IsAligned, _tally.HasCaughtUp, _tally.HoldsVisible));
        _tally.Holds(1);
        _tally.Holds(1);
        Assert.True(_tally.HoldsVisible);
        _tally.Add(2);
        Assert.Equal((false, false, false), (_tally.IsAligned, _tally.HasCaughtUp, _tally.HoldsVisible));
    }

    [Fact]
    public void What_is_said_of_an_alignment_that_has_not_begun_or_is_over_counts_for_nothing()
    {
        _tally.Add(0);
        _tally.Holds(0);
        _tally.Aligned(0);
        Assert.False(_tally.HoldsVisible);
        _tally.Holds(0);
        Assert.True(_tally.HoldsVisible);
        _tally.Void(0);
        _tally.Add(1);
        _tally.Holds(0);
        _tally.CaughtUp(0);
        _tally.Aligned(1);
        Assert.Equal((true, false, false), (_tally.IsAligned, _tally.HasCaughtUp, _tally.HoldsVisible));
    }
}

using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class LogAlignmentTests
{
    [Fact]
    public void A_copy_that_is_the_beginning_of_the_masters_log_goes_on_where_it_ends()
    {
        using var master = Master();
        Assert.Equal(new LogAlignment.Aligned(master.PointOf(12)), LogAlignment.Of(new LogEnd(3, master.PointOf(12)), master.Log));
        Assert.Equal(new LogAlignment.Aligned(default), LogAlignment.Of(new LogEnd(-1, default), master.Log));
        Assert.Equal(new LogAlignment.Aligned(master.Log.Watermarks.Appended), LogAlignment.Of(new LogEnd(7, master.Log.Watermarks.Appended), master.Log));
    }

    [Fact]
    public void A_copy_with_more_of_an_epoch_than_the_master_cuts_that()
    {
        using var master = Master();
        var end = master.PointOf(20);
        var alignment = Assert.IsType<LogAlignment.Cut>(LogAlignment.Of(new LogEnd(3, new LogPoint(end.Position + 500, 25)), master.Log));
        Assert.Equal(new EpochEnd(3, end), alignment.Common);
        Assert.Equal(end, LogAlignment.CutPoint(alignment.Common, new EpochEnd(3, new LogPoint(end.Position + 500, 25))));
    }

    [Fact]
    public void A_copy_with_an_epoch_that_the_master_never_had_cuts_to_the_end_of_the_one_before()
    {
        using var master = Master();
        var alignment = Assert.IsType<LogAlignment.Cut>(LogAlignment.Of(new LogEnd(5, new LogPoint(9999, 40)), master.Log));
        Assert.Equal(3, alignment.Common.Epoch);
        Assert.Equal(new LogPoint(800, 8), LogAlignment.CutPoint(alignment.Common, new EpochEnd(1, new LogPoint(800, 8))));
    }

    [Fact]
    public void A_copy_that_needs_what_the_master_has_dropped_begins_anew()
    {
        using var master = Master();
        master.Log.Checkpoint();
        master.Log.DropSegmentsBefore(master.PointOf(20).Position);
        var minimum = master.Log.Watermarks.Minimum;
        Assert.True(minimum.Offset > 1);
        Assert.Equal(new LogAlignment.StartAt(minimum), LogAlignment.Of(new LogEnd(3, new LogPoint(100, 1)), master.Log));
        Assert.Equal(new LogAlignment.StartAt(minimum), LogAlignment.Of(new LogEnd(-1, default), master.Log));
        Assert.Equal(new LogAlignment.Aligned(minimum), LogAlignment.Of(new LogEnd(3, minimum), master.Log));
        Assert.Equal(new LogAlignment.Aligned(minimum), LogAlignment.Of(new LogEnd(-1, minimum), master.Log));
    }

    /// <summary>20 records of epoch 3 and 20 of epoch 7, in small segments.</summary>
    private static LogScenario Master() =>
        new LogScenario(new LogOptions(SegmentSize: 1000)).Append(5, epoch: 3).Append(5, epoch: 3).Append(10, epoch: 3).Append(10, epoch: 7).Append(10, epoch: 7);
}

using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

public sealed class WatermarksTests
{
    [Fact]
    public void No_watermark_goes_back_or_passes_the_one_above_it()
    {
        var marks = new Watermarks();
        marks.AdvanceAppended(new LogPoint(100, 10), 5);
        marks.AdvanceFlushed(new LogPoint(50, 5));
        marks.AdvanceMinimum(new LogPoint(20, 2));
        Assert.Throws<InvalidOperationException>(() => marks.AdvanceAppended(new LogPoint(99, 10), 5));
        Assert.Throws<InvalidOperationException>(() => marks.AdvanceAppended(new LogPoint(100, 9), 5));
        Assert.Throws<InvalidOperationException>(() => marks.AdvanceFlushed(new LogPoint(101, 11)));
        Assert.Throws<InvalidOperationException>(() => marks.AdvanceFlushed(new LogPoint(49, 5)));
        Assert.Throws<InvalidOperationException>(() => marks.AdvanceMinimum(new LogPoint(51, 6)));
        Assert.Throws<InvalidOperationException>(() => marks.AdvanceMinimum(new LogPoint(19, 2)));
        Assert.Equal(new LogPoint(100, 10), marks.Appended);
        Assert.Equal(new LogPoint(50, 5), marks.Flushed);
        Assert.Equal(new LogPoint(20, 2), marks.Minimum);
        Assert.Equal((100, 10, 50, 5, 20, 2), (
            marks.AppendedPosition, marks.AppendedOffset, marks.FlushedPosition, marks.FlushedOffset, marks.MinimumPosition, marks.MinimumOffset));
    }

    [Fact]
    public async Task Position_and_offset_are_read_as_they_were_written_together()
    {
        var marks = new Watermarks();
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var last = 0L;
            while (!stop.IsCancellationRequested)
            {
                var point = marks.ReadAppended(out var keyEntries);
                Assert.Equal(point.Offset * 100, point.Position);
                Assert.Equal(point.Offset * 3, keyEntries);
                Assert.True(point.Offset >= last);
                last = point.Offset;
            }
        });
        for (var offset = 0L; offset < 1_000_000; offset++)
        {
            marks.AdvanceAppended(new LogPoint(100 * offset, offset), 3 * offset);
        }

        await stop.CancelAsync();
        await reader;
    }
}

using Rocket.Actors.Replication;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class CopyMarksTests
{
    [Fact]
    public void A_record_is_visible_once_every_copy_that_counts_has_it()
    {
        var marks = new CopyMarks(isFlushRequired: false, 0, 0, ["b", "c"]);
        marks.Aligned("b", 0);
        marks.Aligned("c", 0);
        marks.Appended(10);
        marks.Acknowledged("b", 7, 0);
        Assert.Equal(0, marks.VisibleOffset);
        marks.Acknowledged("c", 5, 0);
        Assert.Equal(5, marks.VisibleOffset);
        marks.Count("c", counts: false);
        Assert.Equal(7, marks.VisibleOffset);
        marks.Count("b", counts: false);
        Assert.Equal(10, marks.VisibleOffset);
    }

    [Fact]
    public void Under_sync_flush_only_what_is_flushed_counts_here_and_there()
    {
        var marks = new CopyMarks(isFlushRequired: true, 0, 0, ["b"]);
        marks.Aligned("b", 0);
        marks.Appended(10);
        marks.Acknowledged("b", 10, 4);
        Assert.Equal(0, marks.VisibleOffset);
        marks.Flushed(6);
        Assert.Equal(4, marks.VisibleOffset);
        marks.Acknowledged("b", 10, 10);
        Assert.Equal(6, marks.VisibleOffset);
    }

    [Fact]
    public void A_new_master_opens_once_the_set_has_all_that_it_found()
    {
        var marks = new CopyMarks(isFlushRequired: false, 20, 20, ["b"]);
        Assert.False(marks.IsOpen);
        marks.Aligned("b", 12);
        marks.Appended(25);
        marks.Acknowledged("b", 19, 0);
        Assert.False(marks.IsOpen);
        marks.Acknowledged("b", 20, 0);
        Assert.True(marks.IsOpen);
        Assert.Equal(20, marks.VisibleOffset);
        Assert.True(new CopyMarks(isFlushRequired: false, 20, 20, []).IsOpen);
    }

    [Fact]
    public void A_copy_that_comes_back_with_less_takes_nothing_back_and_holds_the_rest_up()
    {
        var marks = new CopyMarks(isFlushRequired: false, 0, 0, ["b"]);
        marks.Aligned("b", 0);
        marks.Appended(10);
        marks.Acknowledged("b", 10, 0);
        marks.Aligned("b", 6);
        marks.Appended(12);
        Assert.Equal((10, 6), (marks.VisibleOffset, marks.CountedOffset));
        Assert.False(marks.HoldsVisible("b"));
        marks.Acknowledged("b", 11, 0);
        Assert.Equal(11, marks.VisibleOffset);
        Assert.True(marks.HoldsVisible("b"));
        Assert.Equal(1, marks.LagOf("b"));
    }

    [Fact]
    public void A_mark_that_would_go_back_or_beyond_the_log_is_a_fault()
    {
        var marks = new CopyMarks(isFlushRequired: false, 5, 5, []);
        Assert.Throws<InvalidOperationException>(() => marks.Appended(4));
        Assert.Throws<InvalidOperationException>(() => marks.Flushed(6));
        Assert.Throws<InvalidOperationException>(() => marks.Aligned("b", 6));
        marks.Aligned("b", 3);
        Assert.Throws<InvalidOperationException>(() => marks.Acknowledged("b", 2, 0));
        Assert.Throws<InvalidOperationException>(() => marks.Acknowledged("b", 6, 0));
        Assert.Throws<InvalidOperationException>(() => marks.Acknowledged("b", 4, 5));
    }
}

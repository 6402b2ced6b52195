using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class CopyFeedTests
{
    [Fact]
    public void A_copy_that_is_up_to_date_gets_batches_as_they_are_written()
    {
        var feed = new CopyFeed(window: 1000);
        Assert.False(feed.TryTake(At(0), At(1)));
        feed.Aligned(At(4), At(4));
        Assert.True(feed.TryTake(At(4), At(6)));
        Assert.True(feed.IsLive);
        Assert.Equal(At(6), feed.Next);
        Assert.Throws<InvalidOperationException>(() => feed.TryTake(At(7), At(8)));
    }

    [Fact]
    public void A_copy_that_is_behind_is_read_for_until_it_has_reached_the_end()
    {
        var feed = new CopyFeed(window: 1000);
        feed.Aligned(At(0), At(9));
        Assert.False(feed.TryTake(At(9), At(10)));
        Assert.True(feed.TryBeginRead());
        Assert.False(feed.TryBeginRead());
        feed.Sent(At(0), At(6), At(10));
        Assert.False(feed.IsLive);
        Assert.True(feed.TryBeginRead());
        feed.Sent(At(6), At(10), At(10));
        Assert.True(feed.IsLive);
    }

    [Fact]
    public void No_more_than_the_window_is_under_way()
    {
        var feed = new CopyFeed(window: 1000);
        feed.Aligned(At(0), At(0));
        Assert.True(feed.TryTake(At(0), At(10)));
        Assert.False(feed.TryTake(At(10), At(11)));
        Assert.False(feed.TryBeginRead());
        feed.Acknowledged(At(5).Position);
        Assert.True(feed.TryBeginRead());
    }

    [Fact]
    public void A_batch_larger_than_the_window_goes_alone()
    {
        var feed = new CopyFeed(window: 1000);
        feed.Aligned(At(0), At(0));
        Assert.True(feed.TryTake(At(0), At(50)));
    }

    [Fact]
    public void What_the_link_did_not_take_is_read_again_once_there_is_room()
    {
        var feed = new CopyFeed(window: 1000);
        feed.Aligned(At(0), At(0));
        Assert.True(feed.TryTake(At(0), At(3)));
        feed.NotSent(At(0));
        Assert.False(feed.TryBeginRead());
        feed.RoomAgain();
        Assert.True(feed.TryBeginRead());
        Assert.Equal(At(0), feed.Next);
    }

    [Fact]
    public void Room_that_is_told_before_the_reader_has_said_that_there_was_none_is_not_forgotten()
    {
        var feed = new CopyFeed(window: 1000);
        feed.Aligned(At(0), At(9));
        Assert.True(feed.TryBeginRead());
        feed.RoomAgain();
        feed.NotSent(At(0));
        Assert.True(feed.TryBeginRead());
        feed.NotSent(At(0));
        Assert.False(feed.TryBeginRead());
        feed.RoomAgain();
        Assert.True(feed.TryBeginRead());
    }

    [Fact]
    public void A_reading_of_an_earlier_alignment_counts_for_nothing()
    {
        var feed = new CopyFeed(window: 1000);
        feed.Aligned(At(0), At(9));
        Assert.True(feed.TryBeginRead());
        feed.Aligned(At(5), At(9));
        feed.Sent(At(0), At(9), At(9));
        Assert.Equal(At(5), feed.Next);
        Assert.True(feed.TryBeginRead());
    }

    private static LogPoint At(int records) => new(records * 100, records);
}

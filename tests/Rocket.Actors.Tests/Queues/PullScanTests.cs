using Rocket.Actors.Clients;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Queues;

public sealed class PullScanTests : IDisposable
{
    private readonly QueueScenario _queue = new(segmentSize: 64 << 10);

    public void Dispose() => _queue.Dispose();

    [Theory]
    [InlineData(0, PullStatus.NotFound, 0)]
    [InlineData(1, PullStatus.OffsetMoved, 0)]
    [InlineData(-1, PullStatus.OffsetMoved, 0)]
    public void An_empty_queue_has_nothing_and_begins_at_its_end(long offset, PullStatus status, long next)
    {
        var finding = Pull(offset);
        Assert.Equal(new PullFinding(status, next, 0, 0, 0, 0), finding);
    }

    [Fact]
    public void A_pull_beyond_the_end_is_sent_back_to_it()
    {
        Store(3);
        Assert.Equal(PullStatus.NotFound, Pull(3).Status);
        Assert.Equal(new PullFinding(PullStatus.OffsetMoved, 3, 0, 3, 0, 0), Pull(4));
    }

    [Fact]
    public void A_pull_below_the_minimum_is_sent_on_to_it()
    {
        Store(2000);
        _queue.Flush();
        _queue.Log.DropSegmentsBefore(_queue.Log.Watermarks.AppendedPosition);
        var minimum = _queue.Handle.MinimumOffset;
        Assert.InRange(minimum, 1, 1999);
        Assert.Equal(new PullFinding(PullStatus.OffsetMoved, minimum, minimum, 2000, 0, 0), Pull(minimum - 1));
        Assert.Equal(PullStatus.Found, Pull(minimum).Status);
    }

    [Fact]
    public void Messages_are_found_in_order_with_their_sizes_and_the_next_offset()
    {
        Store(5);
        var selected = new IndexEntry[3];
        var finding = PullScan.Find(_queue.Handle, 1, SubscriptionExpression.All, selected);
        Assert.Equal((PullStatus.Found, 4L, 3), (finding.Status, finding.NextOffset, finding.Count));
        Assert.Equal(finding.Bytes, selected.Sum(entry => entry.Size));
        Assert.Equal(_queue.Stored().Skip(1).Take(3).Select(message => message.Position), selected.Select(entry => entry.Position));
    }

    [Fact]
    public void No_answer_has_more_messages_than_32_whatever_the_queue_holds()
    {
        Store(100);
        var finding = Pull(10);
        Assert.Equal((PullStatus.Found, 42L, PullScan.GreatestCount), (finding.Status, finding.NextOffset, finding.Count));
    }

    [Fact]
    public void Only_messages_with_a_wanted_tag_are_found_and_the_others_are_passed()
    {
        StoreTagged("A", "B", "B", "A", "C", "B");
        var finding = Pull(0, "A || C");
        Assert.Equal((PullStatus.Found, 6L, 3), (finding.Status, finding.NextOffset, finding.Count));
    }

    [Fact]
    public void When_no_message_passes_the_filter_the_client_goes_on_behind_those_that_were_looked_at()
    {
        StoreTagged("A", "B");
        Assert.Equal(new PullFinding(PullStatus.RetryImmediately, 2, 0, 2, 0, 0), Pull(0, "other"));
    }

    [Fact]
    public void A_strict_filter_looks_at_800_messages_and_no_more()
    {
        Store(801);
        StoreTagged("A");
        Assert.Equal(new PullFinding(PullStatus.RetryImmediately, 800, 0, 802, 0, 0), Pull(0, "A"));
        var next = Pull(800, "A");
        Assert.Equal((PullStatus.Found, 802L, 1), (next.Status, next.NextOffset, next.Count));
    }

    [Fact]
    public void An_answer_has_at_most_256_KiB()
    {
        for (var i = 0; i < 4; i++)
        {
            StoreOf(100 << 10);
        }

        var finding = Pull(0);
        Assert.Equal((PullStatus.Found, 2L, 2), (finding.Status, finding.NextOffset, finding.Count));
        Assert.InRange(finding.Bytes, 200 << 10, PullScan.GreatestBytes);
    }

    [Fact]
    public void A_single_message_that_is_larger_is_returned_alone()
    {
        StoreOf(300 << 10);
        Store(1);
        var finding = Pull(0);
        Assert.Equal((PullStatus.Found, 1L, 1), (finding.Status, finding.NextOffset, finding.Count));
        Assert.True(finding.Bytes > PullScan.GreatestBytes);
    }

    [Fact]
    public void Messages_that_retention_takes_away_during_the_scan_send_the_pull_on_to_the_new_minimum()
    {
        Store(2000);
        _queue.Flush();
        var reads = 0;
        _queue.Faults.BeforeRead = name =>
        {
            if (name.EndsWith(".index", StringComparison.Ordinal) && ++reads == 2)
            {
                _queue.Log.DropSegmentsBefore(_queue.Log.Watermarks.AppendedPosition);
            }
        };

        StoreTagged("A");
        var finding = Pull(0, "A");
        var minimum = _queue.Handle.MinimumOffset;
        Assert.True(minimum > 64);
        Assert.Equal((PullStatus.OffsetMoved, minimum, minimum), (finding.Status, finding.MinimumOffset, finding.NextOffset));
    }

    private PullFinding Pull(long offset, string tags = "*")
    {
        Assert.True(SubscriptionExpression.TryParse(tags, out var filter));
        return PullScan.Find(_queue.Handle, offset, filter, new IndexEntry[PullScan.GreatestCount]);
    }

    private void Store(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _queue.Take(TestAppend.Of($"message {i}"));
            if (i % 100 == 99)
            {
                _queue.State.Write();
            }
        }

        _queue.State.Write();
    }

    private void StoreTagged(params string[] tags)
    {
        foreach (var tag in tags)
        {
            _queue.Take(TestAppend.Tagged(tag));
        }

        _queue.State.Write();
    }

    private void StoreOf(int bytes)
    {
        _queue.Take(TestAppend.Large(bytes));
        _queue.State.Write();
    }
}

using Rocket.Actors.Clients;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>What pulls find in a copy that follows, and in one that has lost its master.</summary>
public sealed class CopyReadingTests : ReplicaKit
{
    [Fact]
    public void Nothing_is_found_and_nobody_is_sent_elsewhere_before_it_is_known_what_is_visible()
    {
        Followed(First, records: 10);
        Assert.Equal(new PullFinding(PullStatus.NotFound, 0, 0, 0, 0, 0), Pull(0));
        Assert.Equal(new PullFinding(PullStatus.NotFound, 7, 0, 0, 0, 0), Pull(7));
    }

    [Fact]
    public void What_is_visible_is_found_and_a_pull_beyond_it_keeps_its_offset()
    {
        var master = Followed(First, records: 10);
        Show(master, 6);
        Assert.Equal((PullStatus.Found, 6L, 6), (Pull(0).Status, Pull(0).NextOffset, Pull(0).Count));
        Assert.Equal(new PullFinding(PullStatus.NotFound, 6, 0, 6, 0, 0), Pull(6));
        Assert.Equal(new PullFinding(PullStatus.NotFound, 10, 0, 6, 0, 0), Pull(10));
        Assert.Equal(new PullFinding(PullStatus.NotFound, 5000, 0, 6, 0, 0), Pull(5000));
    }

    [Fact]
    public void A_pull_below_the_masters_minimum_is_sent_on_to_it_whatever_the_copy_still_has()
    {
        var master = Followed(First, records: 10);
        master.SendMarks(Queue, 10, new LogPoint(1, 4));
        Await(() => Copy().MinimumOffset == 4);
        Assert.Equal(new PullFinding(PullStatus.OffsetMoved, 4, 4, 10, 0, 0), Pull(3));
        Assert.Equal(6, Pull(4).Count);
    }

    [Fact]
    public void The_copy_is_read_on_when_its_master_is_lost()
    {
        var master = Followed(First, records: 10);
        Show(master, 10);
        master.Connection.Abort("lost");
        Settle();
        Assert.Equal(10, Pull(0).Count);
    }

    [Fact]
    public void The_tag_filter_works_and_what_is_not_visible_does_not_pass_it()
    {
        var master = Followed(First, records: 10);
        Show(master, 8);
        Assert.True(SubscriptionExpression.TryParse("tag"u8, out var filter));
        Assert.Equal((PullStatus.RetryImmediately, 8L), (Pull(2, filter).Status, Pull(2, filter).NextOffset));
    }

    [Fact]
    public void The_filter_by_properties_works_and_looks_at_nothing_that_is_not_visible()
    {
        var master = Followed(First, records: 10);
        Show(master, 8);
        Assert.True(PropertyExpressions.Shared.TryGet("SQL92", "TAGS IS NOT NULL", out var tagged, out _));
        Assert.True(PropertyExpressions.Shared.TryGet("SQL92", "TAGS IS NULL", out var untagged, out _));
        var found = new[] { Pull(2, tagged), Pull(2, untagged) };
        Assert.All(found, finding => Assert.Equal(8, finding.NextOffset));
        Assert.Equal(6, found.Sum(finding => finding.Count));
    }

    private CopyView Copy() => Broker.Copies.TryGet(Queue, out var copy) ? copy : throw new InvalidOperationException("there is no copy");

    private PullFinding Pull(long offset, SubscriptionExpression? filter = null) =>
        PullScan.Find(Copy(), offset, filter ?? SubscriptionExpression.All, new IndexEntry[32]);

    private void Show(TestMaster master, long visible)
    {
        master.SendMarks(Queue, visible, default);
        Await(() => Copy().VisibleOffset == visible);
    }

    private void Await(Func<bool> condition) => AwaitCondition(condition, Patience);
}

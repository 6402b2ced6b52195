using Akka.Actor;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

/// <summary>A log is of no use on a copy, or on the master itself.</summary>
public sealed class CopiesDamageTests : CopiesKit
{
    [Fact]
    public void A_copy_whose_log_has_failed_may_fetch_it_anew_once_it_is_out_of_the_set()
    {
        Start("node1", "node2");
        AllAdded();
        var link = Connect();
        Assert.False(link.Follow!.MayReplace);
        link.Ends();
        link.Say(new LogFailed(link.Session, link.Next<Align>().Log, "it is damaged"));
        var removal = Proposed();
        Assert.Equal(["node1"], removal.InSync);
        Time.Advance(TimeSpan.FromSeconds(1));
        Agree(removal);
        Time.Advance(TimeSpan.FromSeconds(1));
        Copies.Tell(CopiesActor.Tick.Instance);
        Assert.True(link.Next<Follow>().MayReplace);
    }

    [Fact]
    public void A_copy_whose_removal_is_not_known_to_be_agreed_may_not()
    {
        Start("node1", "node2");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Say(new LogFailed(link.Session, link.Next<Align>().Log, "it is damaged"));
        Proposed();
        Time.Advance(TimeSpan.FromSeconds(11));
        Copies.Tell(CopiesActor.Tick.Instance);
        Assert.False(link.Next<Follow>().MayReplace);
    }

    [Fact]
    public void Nobody_joins_who_may_lack_what_cannot_be_read_here()
    {
        Holders = ["node1", "node3"];
        var metadata = Start("node1");
        Copies.Tell(new CopiesProtocol.LogMissing("T@0"));
        AllAdded();
        var stranger = Connect();
        stranger.Ends();
        stranger.Next<Align>();
        Handled();
        Assert.DoesNotContain("count node2 True", metadata.Heard);

        var holder = Connect("node3");
        holder.Ends();
        holder.Next<Align>();
        Agree(Proposed());
        Assert.DoesNotContain("count node2 True", metadata.Heard);

        // It can be read now, so it is compared like all others.
        Add("T@0", Owner(records: 3));
        stranger.Acknowledge(stranger.Next<SentRecords>());
        holder.Acknowledge(holder.Next<SentRecords>());
        Assert.Equal(["node1", "node2", "node3"], Proposed().InSync);
    }

    [Fact]
    public void A_copy_that_lacks_what_cannot_be_read_here_is_compared_again_after_a_while()
    {
        Start("node1");
        var damaged = Owner(records: 3);
        damaged.IsUnreadable = true;
        Add("T@0", damaged);
        AllAdded();
        var link = Connect();
        EventFilter.Error(contains: "T@0 cannot be read here from").ExpectOne(Patience, () => link.Ends());
        Copies.Tell(CopiesActor.Tick.Instance);
        Handled();
        Assert.Equal(0, link.Count<Follow>());

        damaged.IsUnreadable = false;
        Time.Advance(TimeSpan.FromSeconds(10));
        Copies.Tell(CopiesActor.Tick.Instance);
        link.Next<Follow>();
        link.Ends();
        link.Acknowledge(link.Next<SentRecords>());
        Assert.Equal(["node1", "node2"], Proposed().InSync);
    }

    [Fact]
    public void The_broker_hears_whose_copy_was_compared_with_every_log_and_whose_has_failed()
    {
        Start("node1", "node2");
        var told = new List<CopiesProtocol.CopyWhole>();
        OnWhole = told.Add;
        var link = Connect();
        link.Ends();
        var align = link.Next<Align>();
        Handled();
        Assert.Empty(told);
        AllAdded();
        Eventually(() => told.Count == 1);
        link.Say(new LogFailed(link.Session, align.Log, "the disk is gone"));
        Eventually(() => told.Count == 2);
        Assert.Equal([new CopiesProtocol.CopyWhole("node2"), new CopiesProtocol.CopyWhole("node2", IsWhole: false)], told);
    }

    [Fact]
    public void A_copy_that_had_lost_records_is_told_once_it_counts_and_holds_all_that_is_shown()
    {
        Start("node1", "node2");
        Add("T@0", Owner(records: 3));
        AllAdded();
        TellDoubt("node2", new CopyDoubt(0x300, 1));
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        link.Next<Align>();
        var records = link.Next<SentRecords>();
        Copies.Tell(CopiesActor.Tick.Instance);
        Handled();
        Assert.Equal(0, link.Count<HoldsAll>());
        link.Acknowledge(records);
        Eventually(() =>
        {
            Copies.Tell(CopiesActor.Tick.Instance);
            return link.Count<HoldsAll>() > 0;
        });
    }

    [Fact]
    public void One_that_has_lost_nothing_is_told_nothing()
    {
        var metadata = Start("node1", "node2");
        metadata.Append(3);
        AllAdded();
        TellDoubt("node2", null);
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        link.Acknowledge(link.Next<SentRecords>());
        Eventually(() => metadata.Visible == 3);
        Copies.Tell(CopiesActor.Tick.Instance);
        Handled();
        Assert.Equal(0, link.Count<HoldsAll>());
    }

    private void TellDoubt(string node, CopyDoubt? doubt) => Node.Peers.Current = new PeerSnapshot(
        null,
        Node.Peers.Current.Peers.SetItem(node, new PeerView(
            node, "127.0.0.1:1", new LinkPeer(node, 1, 1, "1.0", "127.0.0.1:1"), null,
            new NodeStatus(node, 1, 1, 1, "a", 1, "h", true, Ballot.None, [], [new HeldReplicas("broker-a", ["node1", node], 1, doubt)]))));
}

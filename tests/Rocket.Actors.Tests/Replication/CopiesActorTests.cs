using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Replication.Wire;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Placement;
using Xunit;

namespace Rocket.Actors.Tests.Replication;

public sealed class CopiesActorTests : CopiesKit
{
    [Fact]
    public void A_copy_that_holds_everything_counts_and_is_added_to_the_set()
    {
        var metadata = Start("node1");
        AllAdded();
        metadata.Append(3);
        Assert.Equal(3, metadata.Visible);
        var link = Connect();
        link.Ends();
        var align = link.Next<Align>();
        Assert.Equal(("metadata", new LogAlignment.Aligned(default)), (align.Name, align.Alignment));
        var records = link.Next<SentRecords>();
        Eventually(() => metadata.Heard.Contains("count node2 True"));
        metadata.Append(1);
        Assert.Equal(3, metadata.Visible);
        Assert.False(Register.HasMessages);

        link.Acknowledge(records);
        Agree(Proposed());
        link.Acknowledge(link.Next<SentRecords>());
        Assert.Equal(4, metadata.Visible);
    }

    [Fact]
    public void A_copy_is_added_to_the_set_once_its_node_is_a_member_of_the_cluster_too()
    {
        Failover = FailoverMode.Automatic;
        Node.Nodes = new NamedNodes("node1");
        Start("node1");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        PassSecond();
        Assert.False(Register.HasMessages);
        Node.Nodes = new NamedNodes("node1", "node2");
        Assert.Equal(["node1", "node2"], Proposed().InSync);
    }

    [Fact]
    public void Nobody_is_added_before_all_logs_are_there_and_held()
    {
        Start("node1");
        var link = Connect();
        var queue = Owner(records: 20);
        var middle = queue.Scenario.PointOf(10);
        link.Ends(new NamedEnd("T@0", new LogEnd(3, middle)));
        link.Next<Align>();
        Handled();

        Assert.Empty(Add("T@0", queue));
        var align = link.Next<Align>();
        Assert.Equal(("T@0", new LogAlignment.Aligned(middle)), (align.Name, align.Alignment));
        var records = link.Next<SentRecords>();
        Assert.Equal((10, 20), (records.First.Offset, records.End.Offset));
        link.Acknowledge(records);
        Handled();
        Assert.DoesNotContain("count node2 True", queue.Heard);

        AllAdded();
        Assert.Equal(["node1", "node2"], Proposed().InSync);
        Assert.Contains("count node2 True", queue.Heard);
    }

    [Fact]
    public void A_copy_with_other_records_cuts_them_and_is_compared_again()
    {
        Start("node1");
        var queue = Owner(records: 20);
        Add("T@0", queue);
        var link = Connect();
        link.Ends(new NamedEnd("T@0", new LogEnd(5, new LogPoint(9_999, 40))));
        link.Next<Align>();
        var cut = link.Next<Align>();
        Assert.Equal(3, Assert.IsType<LogAlignment.Cut>(cut.Alignment).Common.Epoch);
        link.Say(new LogEnded(link.Session, cut.Log, new LogEnd(3, queue.Scenario.PointOf(10))));
        Assert.Equal(new LogAlignment.Aligned(queue.Scenario.PointOf(10)), link.Next<Align>().Alignment);
        Assert.Equal(10, link.Next<SentRecords>().First.Offset);
    }

    [Fact]
    public void Records_that_went_meanwhile_are_told_and_the_log_begins_anew_under_another_number()
    {
        var metadata = Start("node1");
        metadata.Append(3);
        var link = Connect();
        link.Ends();
        var first = link.Next<Align>();
        var records = link.Next<SentRecords>();
        Eventually(() => metadata.Heard.Any(heard => heard.StartsWith("aligned", StringComparison.Ordinal)));
        metadata.Session!.Lost(first.Log);
        var anew = link.Next<Align>();
        Assert.Equal(new LogAlignment.StartAt(default), anew.Alignment);
        Assert.NotEqual(first.Log, anew.Log);
        link.Acknowledge(records);
        Assert.DoesNotContain("acknowledged node2 3", metadata.Heard);
        link.Say(new LogEnded(link.Session, anew.Log, new LogEnd(-1, default)));
        Assert.Equal(anew.Log, link.Next<SentRecords>().Log);
    }

    [Fact]
    public void A_silent_copy_counts_until_its_removal_is_agreed()
    {
        var metadata = Start("node1", "node2");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        metadata.Append(1);
        link.Next<SentRecords>();
        for (var i = 0; i < 5; i++)
        {
            PassSecond();
        }

        var removal = Proposed();
        Assert.Equal(["node1"], removal.InSync);
        Assert.Equal(0, metadata.Visible);
        Agree(removal);
        Eventually(() => metadata.Visible == 1);
        Assert.Equal(["ended node2"], metadata.Heard.Where(heard => heard.StartsWith("ended", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_whose_node_stops_or_refuses_connections_is_proposed_for_removal_at_once(bool inOrder)
    {
        var metadata = Start("node1", "node2");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        if (inOrder)
        {
            link.Say(new Leaves(link.Session));
        }
        else
        {
            Break(link);
            Node.Links.Refused("node2");
        }

        var removal = Proposed();
        Assert.Equal(["node1"], removal.InSync);
        metadata.Append(1);
        Assert.Equal(0, metadata.Visible);

        // Nobody is told that a copy is missing which leaves in order: what waits for it is confirmed as soon as it need not be waited for.
        Assert.Equal(!inOrder, metadata.Heard.Contains("ended node2"));
        Agree(removal);
        Eventually(() => metadata.Visible == 1);
        Eventually(() => metadata.Heard.Contains("ended node2"));
    }

    [Fact]
    public void A_copy_whose_node_was_told_to_stop_is_taken_out_of_the_set_while_it_still_follows_and_not_asked_again()
    {
        var metadata = Start("node1", "node2");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        Node.Leaves("node2");
        var removal = Proposed();
        Assert.Equal(["node1"], removal.InSync);

        // It is confirmed all the time.
        metadata.Append(1);
        link.Acknowledge(link.Next<SentRecords>());
        Eventually(() => metadata.Visible == 1);
        Agree(removal);
        metadata.Append(1);
        Eventually(() => metadata.Visible == 2);

        PassSecond();
        PassSecond();
        Assert.Equal(0, link.Count<Follow>());
    }

    [Fact]
    public void A_node_that_is_linked_has_not_gone_whatever_its_port_says()
    {
        Start("node1", "node2");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        Node.Links.Refused("node2");
        Handled();
        Assert.False(Register.HasMessages);
    }

    [Fact]
    public void A_change_of_unknown_outcome_is_read_until_it_is_known()
    {
        var metadata = Start("node1", "node2");
        var link = Connect();
        link.Ends();
        var align = link.Next<Align>();
        link.Say(new LogFailed(link.Session, align.Log, "the disk is gone"));
        var removal = Proposed();
        Register.Reply(new PlacementProtocol.Unknown("broker-a"));
        AwaitRead();
        Register.Reply(new PlacementProtocol.Unknown("broker-a"));
        metadata.Append(1);
        Assert.Equal(0, metadata.Visible);
        AwaitRead();
        Register.Reply(new PlacementProtocol.Current("broker-a", removal));
        Broker.ExpectMsg<CopiesProtocol.InSyncChanged>(Patience);
        Eventually(() => metadata.Visible == 1);
    }

    [Fact]
    public void A_later_epoch_deposes_and_another_refusal_is_asked_about_again()
    {
        var metadata = Start("node1");
        var link = Connect();
        link.Say(new FollowRefused(link.Session, Epoch.None, "not started yet"));
        Handled();
        Time.Advance(TimeSpan.FromSeconds(2));
        link.Next<Follow>();
        link.Ends();
        link.Next<Align>();
        link.Say(new FollowRefused(link.Session, Epoch.Next(1), "node3 leads"));
        Broker.ExpectMsg<CopiesProtocol.Deposed>(Patience);
        Assert.Contains("ended node2", metadata.Heard);
    }

    [Fact]
    public void Another_master_in_the_register_deposes()
    {
        Start("node1", "node2");
        var link = Connect();
        link.Ends();
        link.Say(new LogFailed(link.Session, link.Next<Align>().Log, "the disk is gone"));
        Proposed();
        Register.Reply(new PlacementProtocol.Conflict("broker-a", Placement(9, "node3") with { Epoch = Epoch.Next(2), Master = "node3" }));
        Broker.ExpectMsg<CopiesProtocol.Deposed>(Patience);
    }

    [Fact]
    public void A_copy_that_left_the_set_by_its_own_word_ceases_to_count_once_the_register_says_so()
    {
        var metadata = Start("node1", "node2");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        Node.Placements.Learn("broker-a", Placement(7, "node1"));
        PassSecond();
        Register.ExpectMsg<PlacementProtocol.Read>(Patience);
        Assert.DoesNotContain("count node2 False", metadata.Heard);
        Register.Reply(new PlacementProtocol.Current("broker-a", Placement(7, "node1")));
        Eventually(() => metadata.Heard.Contains("count node2 False"));
    }

    [Fact]
    public void How_far_a_copy_is_behind_is_told()
    {
        var metadata = Start("node1", "node2");
        Assert.Equal(new CopyStand("node2", CopyStage.Away, null), Stand());
        AllAdded();
        var link = Connect();
        Assert.Equal(CopyStage.Away, Stand().Stage);
        link.Ends();
        link.Next<Align>();
        Eventually(() => Stand() == new CopyStand("node2", CopyStage.Following, default(CopyLag)));
        metadata.Append(3);
        link.Next<SentRecords>();
        var lag = Stand().Lag!.Value;
        Assert.Equal(3, lag.Records);
        Assert.InRange(lag.Bytes, 3, 10_000);

        CopyStand Stand()
        {
            Copies.Tell(CopiesProtocol.QueryCopies.Instance, TestActor);
            return Assert.Single(ExpectMsg<CopiesProtocol.CopiesFound>(Patience).Copies, copy => copy.Node == "node2");
        }
    }

    [Fact]
    public void A_connection_that_is_replaced_gets_a_session_of_its_own()
    {
        var metadata = Start("node1");
        AllAdded();
        var first = Connect();
        first.Ends();
        first.Next<Align>();
        Eventually(() => metadata.Heard.Contains("count node2 True"));
        var second = Connect();
        Assert.NotEqual(first.Session, second.Session);
        second.Ends();
        second.Next<Align>();
        Break(first);
        Handled();
        Assert.Single(metadata.Heard, "ended node2");
        Break(second);
        Eventually(() => metadata.Heard.Count(heard => heard == "ended node2") == 2);
    }

    [Fact]
    public void A_log_that_comes_later_is_aligned_at_once_and_one_that_comes_again_begins_all_anew()
    {
        var metadata = Start("node1", "node2");
        AllAdded();
        var link = Connect();
        link.Ends();
        link.Next<Align>();
        var queue = Owner();
        Assert.Equal(["node2"], Add("T@0", queue));
        var align = link.Next<Align>();
        Assert.Equal("T@0", align.Name);
        queue.Append(2);
        link.Acknowledge(link.Next<SentRecords>());
        Assert.Equal(2, queue.Visible);

        var reopened = Owner(records: 1);
        Assert.Equal(["node2"], Add("T@0", reopened));
        var session = link.Session;
        link.Next<Follow>();
        Assert.NotEqual(session, link.Session);
        Assert.Contains("ended node2", metadata.Heard);
        Assert.DoesNotContain("ended node2", queue.Heard);
    }

    [Fact]
    public void A_lying_copy_ends_its_link_and_harms_nothing()
    {
        var metadata = Start("node1", "node2");
        var link = Connect();
        link.Ends();
        var align = link.Next<Align>();
        metadata.Append(2);
        var records = link.Next<SentRecords>();
        link.Acknowledge(records.Log, records.End, default);
        var beyond = new LogPoint(records.End.Position + 1, 3);
        Assert.Contains("nothing behind", Lie(() => link.Acknowledge(align.Log, beyond, default)), StringComparison.Ordinal);
        Assert.Contains("before", Lie(() => link.Acknowledge(align.Log, default, default)), StringComparison.Ordinal);
        Assert.Contains("number 77", Lie(() => link.Acknowledge(77, default, default)), StringComparison.Ordinal);
        Assert.Contains("bytes of", Lie(() => link.Acknowledge(records.Log, records.End, default, bytes: 1 << 20)), StringComparison.Ordinal);
        Assert.Equal(2, metadata.Visible);
    }

    private static string Lie(Action lie) => Assert.Throws<LinkViolationException>(lie).Message;

    private void AwaitRead()
    {
        Eventually(() =>
        {
            PassSecond();
            return Register.HasMessages;
        });
        Register.ExpectMsg<PlacementProtocol.Read>(Patience);
    }

    // A master that sees more than half of isr-lag-max pass at once has stood still itself.
    private void PassSecond()
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        Copies.Tell(CopiesActor.Tick.Instance);
        Handled();
    }
}

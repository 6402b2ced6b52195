using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Replication;
using Rocket.Actors.Tests.Placement;
using Rocket.Actors.Tests.Storage;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>A master one of whose logs fails, or was found damaged, hands the broker over to a copy that is whole, and leaves the set.</summary>
public sealed class BrokerGivingUpLedTests : BrokerKit
{
    private const string Queue = "A@0";
    private BrokerPlacement _both = null!;
    private IActorRef _copies = ActorRefs.Nobody;

    public BrokerGivingUpLedTests()
        : base("node1", "node2")
    {
        Node.Nodes = new NamedNodes("node1", "node2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_queue_that_cannot_be_used_is_a_reason_once_a_whole_copy_is_in_sync(bool isFirst)
    {
        LeadWithCopies();
        if (isFirst)
        {
            TellUnusable(_both.Epoch.Value);
        }

        TellInSync(_both);
        TellWhole("node2");
        if (!isFirst)
        {
            TellUnusable(_both.Epoch.Value);
        }

        ExpectGivenUp();
    }

    [Fact]
    public void Nobody_gets_it_who_is_not_in_sync_or_not_there_or_whose_copy_was_not_compared_or_has_failed()
    {
        LeadWithCopies();
        TellUnusable(_both.Epoch.Value);
        TellWhole("node2");
        Settle();
        TellWhole("node2", isWhole: false);
        TellInSync(_both);
        Settle();
        Node.Nodes = new NamedNodes("node1");
        TellWhole("node2");
        Settle();
        Assert.False(Placements.HasMessages);
        Assert.True(Published.IsLeading);
    }

    [Fact]
    public void A_queue_that_is_written_again_and_one_of_an_earlier_reign_are_none()
    {
        LeadWithCopies();
        TellUnusable(_both.Epoch.Value);
        Actor.Tell(new BrokerProtocol.LogUsable(Queue, _both.Epoch.Value));
        TellUnusable(_both.Epoch.Value - 1);
        TellInSync(_both);
        TellWhole("node2");
        Settle();
        Assert.True(Published.IsLeading);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Metadata_that_cannot_be_written_are_a_reason(bool isFlush)
    {
        LeadWithCopies();
        TellInSync(_both);
        TellWhole("node2");
        Settle();
        if (isFlush)
        {
            Disk.Faults.Flush = DiskFaults.Of(".log");
        }
        else
        {
            Disk.Faults.Write = DiskFaults.Of(".log");
        }

        Actor.Tell(new BrokerProtocol.ChangeTopic(new TopicConfig("B", 4, 4, 6, 0, Order: false)), TestActor);
        if (isFlush)
        {
            Settle();
            AwaitAssert(() =>
            {
                Advance(TimeSpan.FromSeconds(1));
                Assert.True(Placements.HasMessages);
            }, Patience);
        }

        ExpectGivenUp();
        Assert.Equal(isFlush, Node.Broker(Broker).Distrusted.TryGet("metadata", out _));
    }

    private void LeadWithCopies()
    {
        Lead();
        _copies = Sys.ActorSelection(Actor.Path / CopiesActor.Name).ResolveOne(Patience).GetAwaiter().GetResult();
        var alone = Published.Placement!;
        _both = alone with { Version = alone.Version + 1, InSync = BrokerPlacement.Nodes("node1", "node2") };
    }

    private void TellInSync(BrokerPlacement placement) => Actor.Tell(new CopiesProtocol.InSyncChanged(placement), _copies);

    private void TellWhole(string node, bool isWhole = true) => Actor.Tell(new CopiesProtocol.CopyWhole(node, isWhole), _copies);

    private void TellUnusable(long epoch) => Actor.Tell(new BrokerProtocol.LogUnusable(Queue, epoch, "it is damaged"));

    private void ExpectGivenUp()
    {
        var resignation = Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
        Assert.Equal(_both with { Version = _both.Version + 1, Master = null, InSync = BrokerPlacement.Nodes("node2") }, resignation.Proposed);
        Actor.Tell(new PlacementProtocol.Changed(Broker, resignation.Proposed));
        Placements.ExpectMsg<PlacementProtocol.Misplaced>(Patience);
        Assert.False(Published.IsLeading);
        Assert.True(Node.Broker(Broker).Leases.IsEmpty);
    }
}

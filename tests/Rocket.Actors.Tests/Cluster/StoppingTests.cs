using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Placement;
using Rocket.Actors.Tests.Placement;
using Rocket.Actors.Tests.Transactions;
using Rocket.Actors.Topics;
using Rocket.Actors.Transactions;
using Rocket.Protocol.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>What was begun when a master stops in order is written to its end.</summary>
public sealed class StoppingTests : BrokerKit
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_commit_that_is_under_way_is_noted_before_topics_and_queues_end(bool hasSuccessor)
    {
        Lead();
        using var halves = Serve(SystemTopics.TransactionHalf, ordinal: 1);
        using var operations = Serve(SystemTopics.TransactionOperation, ordinal: 2);
        using var payments = Serve("Payments", ordinal: 3);
        var half = halves.StoreHalf("Payments", "paid", uniqueKey: null);
        AwaitCondition(() => IsRead(), Patience);
        payments.Holds = true;
        var producer = CreateTestProbe();
        Published.Transactions.Tell(new TransactionProtocol.Settle(half, IsCommit: true), producer);
        if (hasSuccessor)
        {
            Node.Nodes = new NamedNodes("node1", "node2");
            Published.Placement = new BrokerPlacement(LastEpoch, 2, "node1", BrokerPlacement.Nodes("node1", "node2"), "node1");
        }

        // Until it is told to stop itself, the door is closed and nobody is inside.
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        Settle();
        payments.Release();

        Assert.Null(producer.ExpectMsg<TransactionProtocol.Settled>(Patience).Failure);
        Assert.Equal(["paid"], payments.Bodies);
        Assert.Equal(["0"], operations.Bodies);
        if (hasSuccessor)
        {
            Actor.Tell(new PlacementProtocol.Changed(Broker, Placements.ExpectMsg<PlacementProtocol.Change>(Patience).Proposed));
        }

        Assert.Equal(hasSuccessor, ExpectMsg<BrokerProtocol.BrokerStopped>(Patience).IsHandedOver);
    }

    /// <summary>It is looked for the two logs once a second.</summary>
    private bool IsRead()
    {
        Advance(TimeSpan.FromSeconds(1));
        return Published.OpenTransactions == 1;
    }

    private LedQueue Serve(string topic, int ordinal)
    {
        var queue = new LedQueue(Sys, topic, 0, ordinal, TimeProvider.System);
        Published.Publish(new TopicHandle(new TopicConfig(topic, 1, 1, TopicPermission.ReadWrite, TopicSysFlag: 0, Order: false), [queue.Handle]));
        return queue;
    }
}

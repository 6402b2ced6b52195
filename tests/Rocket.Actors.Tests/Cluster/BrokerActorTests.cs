using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Placement;
using Rocket.Actors.Routing;
using Rocket.Actors.Tests.Placement;
using Rocket.Actors.Tests.Storage;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

public sealed class BrokerActorTests : BrokerKit
{
    private static TopicConfig Orders => new("Orders", 4, 4, 6, 0, Order: false);

    [Fact]
    public void A_new_broker_comes_to_lead_with_the_topics_of_the_start()
    {
        Assert.False(Published.IsLeading);
        Assert.Equal(TestSettings.SystemTopics, Lead().Topics);
        Assert.True(Published.IsLeading);
        Assert.Equal(Actor, Published.Broker);
        Assert.Subset(Published.Topics.Select(topic => topic.Config.Topic).ToHashSet(), new HashSet<string> { "DefaultCluster", "TBW102", Broker });
    }

    [Fact]
    public void Topics_and_groups_are_there_again_after_a_stop()
    {
        Lead();
        ChangeTopic(Orders);
        Actor.Tell(new BrokerProtocol.EnsureGroup("g"), TestActor);
        Publish(new TopicConfig("%RETRY%g", 1, 1, 6, 0, Order: false));
        Assert.Equal("g", ExpectMsg<BrokerProtocol.GroupAvailable>(Patience).Handle.Config.GroupName);
        StopInOrder();
        Assert.False(Published.IsLeading);
        WithMetadataRecords(records => Assert.True(records.Recovery is { WasStoppedCleanly: true, TailBytes: 0 }));

        StartNext();
        Assert.Equal(new BrokerProtocol.BrokerLeads(Broker, TestSettings.SystemTopics + 2, 1), Lead());
        Assert.True(Published.TryGetTopic("Orders", out var topic));
        Assert.Equal(Orders, topic.Config);
    }

    [Fact]
    public void A_planned_change_lets_those_inside_the_door_through_before_anything_stops()
    {
        Lead();
        ChangeTopic(Orders);
        Node.Nodes = new NamedNodes("node1", "node2");
        Published.Placement = new BrokerPlacement(new Epoch(0x100), 2, "node1", BrokerPlacement.Nodes("node1", "node2"), "node1");
        var topic = Watch(Entity(ShardProtocol.TopicEntity("Orders")));
        using var client = Published.Door.Issue();
        client.Enter();
        Actor.Tell(BrokerProtocol.StopBroker.Instance, CreateTestProbe());
        Settle();
        Assert.False(Published.IsLeading);
        Assert.True(Published.IsHandedOver);
        Assert.True(Published.TryGetTopic("Orders", out _));

        Advance(TimeSpan.FromMilliseconds(1));
        Actor.Tell(new BrokerProtocol.EnsureTopic("Payments", "TBW102", 4), TestActor);
        ExpectMsg<BrokerProtocol.Refused>(Patience); // the topic would have ended before this one was answered
        Assert.True(Published.TryGetTopic("Orders", out _));

        client.Leave();
        Advance(TimeSpan.FromMilliseconds(1));
        ExpectTerminated(topic, Patience);
        var resigned = Placements.ExpectMsg<PlacementProtocol.Change>(Patience);
        Assert.Null(resigned.Proposed.Master);
    }

    [Fact]
    public void What_is_asked_before_the_broker_leads_is_answered_when_it_does()
    {
        Journal(new MetadataEvents.TopicChanged(Orders));
        Entities.Held = true;
        Actor.Tell(new BrokerProtocol.EnsureTopic("Orders", "TBW102", 4), TestActor);
        Acquire();
        Actor.Tell(new BrokerProtocol.EnsureTopic("Orders", "TBW102", 4), TestActor);
        var start = ExpectTopicStart("Orders");
        Settle();
        Assert.False(HasMessages);

        Entities.Held = false;
        Answer(start);
        Advance(TimeSpan.FromSeconds(2)); // the others are told again
        ExpectMsg<BrokerProtocol.TopicAvailable>(Patience);
        ExpectMsg<BrokerProtocol.TopicAvailable>(Patience);
    }

    [Fact]
    public void Groups_get_their_offsets_and_locks_from_the_metadata()
    {
        Journal(
            new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("g")),
            new MetadataEvents.OffsetsCommitted([new("g", "Orders", 0, 5), new("g", "Orders", 1, 6), new("other", "Orders", 0, 7)]),
            new MetadataEvents.LockGranted("g", "Orders", 0, "c1", 1));
        Acquire();
        var start = FishGroupStart("g");
        Assert.Equal([new("g", "Orders", 0, 5), new CommittedOffset("g", "Orders", 1, 6)], start.Offsets);
        Assert.Equal("c1", Assert.Single(start.Locks).ClientId);
    }

    [Fact]
    public void At_most_64_topics_are_started_at_a_time_and_only_the_unanswered_again()
    {
        Journal([.. Enumerable.Range(0, 200).Select(number => new MetadataEvents.TopicChanged(Orders with { Topic = $"Orders-{number}" }))]);
        Entities.Held = true;
        Acquire();
        List<(ShardProtocol.BrokerEnvelope Start, IActorRef Broker)> told = [.. ExpectStarts(64)];
        Settle();
        Assert.False(Region.HasMessages);

        foreach (var start in told.Take(10))
        {
            Answer(start.Start);
        }

        told.AddRange(ExpectStarts(10));
        Settle();
        Assert.False(Region.HasMessages);

        Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(
            told.Skip(10).Select(start => start.Start.EntityId).Order(StringComparer.Ordinal),
            ExpectStarts(64).Select(start => start.Start.EntityId).Order(StringComparer.Ordinal));
        Settle();
        Assert.False(Region.HasMessages);
    }

    [Fact]
    public void A_topic_that_is_created_later_is_told_to_start_again_as_well()
    {
        Lead();
        Entities.Held = true;
        Actor.Tell(new BrokerProtocol.ChangeTopic(Orders), TestActor);
        ExpectTopicStart("Orders");
        Settle();
        Entities.Held = false;
        Advance(TimeSpan.FromSeconds(2));
        Publish(Orders);
        ExpectMsg<BrokerProtocol.TopicAvailable>(Patience);
    }

    [Fact]
    public void A_placement_that_is_never_answered_is_asked_for_again()
    {
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Settle();
        Advance(TimeSpan.FromSeconds(10));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
        Actor.Tell(new PlacementProtocol.Current(Broker, null));
        Placements.ExpectMsg<PlacementProtocol.Acquire>(Patience);
        Settle();
        Advance(TimeSpan.FromSeconds(10));
        Placements.ExpectMsg<PlacementProtocol.Read>(Patience);
    }

    [Fact]
    public void A_stop_is_answered_while_an_epoch_is_still_being_acquired()
    {
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Assert.Equal(Broker, ExpectMsg<BrokerProtocol.BrokerStopped>(Patience).Broker);
    }

    [Fact]
    public void A_stop_is_answered_while_topics_are_still_being_started()
    {
        Journal(new MetadataEvents.TopicChanged(Orders));
        Entities.Held = true;
        Acquire();
        var start = ExpectTopicStart("Orders");
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        ExpectMsg<BrokerProtocol.BrokerStopped>(Patience);
        var stop = Region.FishForMessage<ShardProtocol.BrokerEnvelope>(envelope => envelope.Message is ShardProtocol.StopEntity && envelope.EntityId == start.EntityId, Patience);
        Assert.NotNull(stop);
    }

    [Fact]
    public void When_its_metadata_cannot_be_written_the_broker_ends_with_its_topics_and_starts_anew_from_its_log()
    {
        Lead();
        ChangeTopic(Orders);
        Watch(Actor);
        var topic = Entity(ShardProtocol.TopicEntity("Orders"));
        var watcher = CreateTestProbe();
        watcher.Watch(topic);
        Disk.Faults.Write = DiskFaults.Of(".log");
        Actor.Tell(new BrokerProtocol.ChangeTopic(Orders with { Topic = "Lost" }), TestActor);
        ExpectTerminated(Actor, Patience);
        watcher.ExpectTerminated(topic, Patience);
        Assert.False(Published.IsLeading);

        Disk.Faults.None();
        StartNext();
        Assert.Equal(TestSettings.SystemTopics + 1, Lead().Topics);
    }

    [Fact]
    public void A_topic_that_ends_by_itself_takes_the_broker_with_it()
    {
        Lead();
        Watch(Actor);
        Sys.Stop(Entity(ShardProtocol.TopicEntity(Broker)));
        ExpectTerminated(Actor, Patience);
    }

    [Fact]
    public void A_stop_whose_last_flush_fails_is_still_answered()
    {
        Lead();
        ChangeTopic(Orders);
        Disk.Faults.Write = DiskFaults.Of("checkpoint.new");
        Disk.Faults.Flush = DiskFaults.Of(".log");
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        ExpectMsg<BrokerProtocol.BrokerStopped>(Patience);
    }

    private ShardProtocol.BrokerEnvelope ExpectTopicStart(string topic) => Region.FishForMessage<ShardProtocol.BrokerEnvelope>(
        envelope => envelope.EntityId == ShardProtocol.TopicEntity(topic), Patience);

    private GroupProtocol.StartGroup FishGroupStart(string group) => (GroupProtocol.StartGroup)Region.FishForMessage<ShardProtocol.BrokerEnvelope>(
        envelope => envelope.EntityId == ShardProtocol.GroupEntity(group), Patience).Message;

    private IEnumerable<(ShardProtocol.BrokerEnvelope Start, IActorRef Broker)> ExpectStarts(int count)
    {
        for (var i = 0; i < count; i++)
        {
            yield return (Region.ExpectMsg<ShardProtocol.BrokerEnvelope>(Patience), Region.Sender);
        }
    }

    /// <summary>The topic of a start that was held back is ready.</summary>
    private void Answer(ShardProtocol.BrokerEnvelope start) =>
        Actor.Tell(new TopicProtocol.TopicReady(new TopicHandle(((TopicProtocol.StartTopic)start.Message).Config, []), CreateTestProbe()));
}

using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>How groups are changed and deleted.</summary>
public sealed class BrokerGroupTests : BrokerKit
{
    [Fact]
    public void A_changed_group_is_published_with_what_was_asked_for_and_is_so_after_a_stop()
    {
        Lead();
        var config = new SubscriptionGroupConfig("g", ConsumeEnable: false, RetryMaxTimes: 3, More: """{"groupSysFlag":1}""");
        Change(config);
        Assert.True(Published.TryGetGroup("g", out var group));
        Assert.Equal(config, group.Config);
        StopInOrder();

        StartNext();
        Lead();
        Assert.True(Published.TryGetGroup("g", out group));
        Assert.Equal(config, group.Config);
    }

    [Fact]
    public void A_change_of_a_group_makes_no_retry_topic_but_gives_one_that_is_there_more_queues()
    {
        Lead();
        Change(new SubscriptionGroupConfig("g", RetryQueueNums: 2));
        Actor.Tell(new BrokerProtocol.EnsureGroup("g"), TestActor);
        Publish(new TopicConfig("%RETRY%g", 2, 2, 6, 0, Order: false));
        ExpectMsg<BrokerProtocol.GroupAvailable>(Patience);

        Actor.Tell(new BrokerProtocol.ChangeGroup(new SubscriptionGroupConfig("g", RetryQueueNums: 4)), TestActor);
        Publish(new TopicConfig("%RETRY%g", 4, 4, 6, 0, Order: false));
        ExpectMsg<BrokerProtocol.GroupAvailable>(Patience);

        Change(new SubscriptionGroupConfig("g", RetryQueueNums: 1));
        Assert.True(Published.TryGetTopic("%RETRY%g", out var topic));
        Assert.Equal(4, topic.Config.ReadQueueNums);
    }

    [Fact]
    public void A_deleted_group_is_gone_at_once_and_its_deletion_durable_behind_what_it_had_to_say()
    {
        Lead();
        Change(new SubscriptionGroupConfig("g"));
        var group = Watch(Entity(ShardProtocol.GroupEntity("g")));

        Actor.Tell(new BrokerProtocol.DeleteGroup("g", RemoveOffsets: true), TestActor);

        ExpectTerminated(group, Patience);
        ExpectMsg<BrokerProtocol.GroupGone>(Patience);
        Assert.False(Published.TryGetGroup("g", out _));
        StopInOrder();
        StartNext();
        Assert.Equal(0, Lead().Groups);
    }

    [Fact]
    public void A_group_that_comes_back_starts_with_the_offsets_that_it_left()
    {
        Journal(
            new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("g")),
            new MetadataEvents.OffsetsCommitted([new("g", "T", 0, 7)]),
            new MetadataEvents.GroupDeleted("g", RemoveOffsets: false));
        Lead();

        Actor.Tell(new MetadataProtocol.QueryOffset("g", new("T", 0)), TestActor);
        Assert.Equal(7, ExpectMsg<GroupProtocol.OffsetFound>(Patience).Offset);
        Change(new SubscriptionGroupConfig("g"));

        var started = (ShardProtocol.BrokerEnvelope)Region.FishForMessage(
            message => message is ShardProtocol.BrokerEnvelope { Message: GroupProtocol.StartGroup { Config.GroupName: "g" } }, Patience);
        var start = (GroupProtocol.StartGroup)started.Message;
        Assert.Equal(new CommittedOffset("g", "T", 0, 7), Assert.Single(start.Offsets));
    }

    [Fact]
    public void What_is_asked_of_a_group_while_it_is_deleted_waits_until_that_is_done()
    {
        Lead();
        Change(new SubscriptionGroupConfig("g", RetryMaxTimes: 1));

        Actor.Tell(new BrokerProtocol.DeleteGroup("g", RemoveOffsets: false), TestActor);
        Actor.Tell(new BrokerProtocol.ChangeGroup(new SubscriptionGroupConfig("g", RetryMaxTimes: 2)), TestActor);
        Actor.Tell(new BrokerProtocol.DeleteGroup("g", RemoveOffsets: false), TestActor);
        Actor.Tell(new BrokerProtocol.ChangeGroup(new SubscriptionGroupConfig("g", RetryMaxTimes: 3)), TestActor);

        ExpectMsg<BrokerProtocol.GroupGone>(Patience);
        Assert.Equal(2, ExpectMsg<BrokerProtocol.GroupAvailable>(Patience).Handle.Config.RetryMaxTimes);
        ExpectMsg<BrokerProtocol.GroupGone>(Patience);
        Assert.Equal(3, ExpectMsg<BrokerProtocol.GroupAvailable>(Patience).Handle.Config.RetryMaxTimes);
    }

    private void Change(SubscriptionGroupConfig config)
    {
        Actor.Tell(new BrokerProtocol.ChangeGroup(config), TestActor);
        Assert.Equal(config, ExpectMsg<BrokerProtocol.GroupAvailable>(Patience).Handle.Config);
    }
}

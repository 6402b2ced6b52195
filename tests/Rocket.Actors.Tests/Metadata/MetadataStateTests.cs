using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Schedules;
using Rocket.Actors.Topics;
using Rocket.Protocol.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Metadata;

public sealed class MetadataStateTests
{
    private static readonly TopicConfig Orders = new("Orders", 8, 8, 6, 0, false);

    [Fact]
    public void A_topic_can_be_created_changed_and_deleted()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.TopicChanged(Orders));
        state.Apply(new MetadataEvents.TopicChanged(Orders with { Perm = 4 }));
        Assert.Equal(Orders with { Perm = 4 }, Assert.Single(state.Topics).Value);

        state.Apply(new MetadataEvents.TopicDeleted("Orders"));
        Assert.Empty(state.Topics);
    }

    [Fact]
    public void The_last_commit_of_a_queue_wins_even_when_it_goes_back()
    {
        var state = new MetadataState();
        state.Apply(Committed("g", "Orders", 3, 100));
        state.Apply(Committed("g", "Orders", 1, 50));
        state.Apply(Committed("g", "Orders", 3, 7));

        Assert.True(state.TryGetOffset("g", "Orders", 3, out var offset));
        Assert.Equal(7, offset);
        Assert.False(state.TryGetOffset("g", "Orders", 2, out _));
        Assert.False(state.TryGetOffset("other", "Orders", 3, out _));
        Assert.Equal(2, state.OffsetCount);
        Assert.Equal([new("g", "Orders", 1, 50), new("g", "Orders", 3, 7)], state.OffsetsOf("g"));
        Assert.Equal(["g"], state.GroupsWithOffsetsIn("Orders"));
    }

    [Fact]
    public void A_queue_was_consumed_as_far_as_the_slowest_group_that_there_is()
    {
        var state = new MetadataState();
        foreach (var group in new[] { "g", "h", "gone" })
        {
            state.Apply(new MetadataEvents.GroupChanged(new SubscriptionGroupConfig(group)));
        }

        state.Apply(Committed("g", "Orders", 0, 100));
        state.Apply(Committed("g", "Orders", 1, 7));
        state.Apply(Committed("h", "Orders", 0, 50));
        state.Apply(Committed("h", "Other", 0, 1));
        state.Apply(Committed("gone", "Orders", 0, 3));
        state.Apply(new MetadataEvents.GroupDeleted("gone", RemoveOffsets: false));

        var least = state.LeastOffsetsIn(new HashSet<string> { "Orders", "Unknown" });

        Assert.Equal([new(new QueueId("Orders", 0), 50), new(new QueueId("Orders", 1), 7)], least.OrderBy(queue => queue.Key.Number));
    }

    [Fact]
    public void What_waits_in_the_brokers_own_queues_was_consumed_as_far_as_it_is_delivered()
    {
        var state = new MetadataState();
        var topics = new HashSet<string> { SystemTopics.Schedule, SystemTopics.Timer };
        Assert.Equal([new(new QueueId(SystemTopics.Timer, 0), 0)], state.LeastOffsetsIn(topics));

        state.Apply(Committed("rocket/schedule", SystemTopics.Schedule, 2, 7));
        state.Apply(new MetadataEvents.TimersDelivered(new TimerProgress(5, 9, 100)));

        Assert.Equal([new(new QueueId(SystemTopics.Timer, 0), 5), new(new QueueId(SystemTopics.Schedule, 2), 7)], state.LeastOffsetsIn(topics).OrderBy(queue => queue.Key.Number));
        Assert.Equal(new TimerProgress(5, 9, 100), new MetadataState(state.ToSnapshot()).Timers);

        // What was set aside is not delivered, however far the rest has come.
        state.Apply(new MetadataEvents.MessagesSetAside(SystemTopics.Schedule, 2, [3, 6]));
        Assert.Equal(3, state.LeastOffsetsIn(topics)[new QueueId(SystemTopics.Schedule, 2)]);
        state.Apply(new MetadataEvents.MessagesSetAside(SystemTopics.Schedule, 2, []));
        Assert.Equal(7, state.LeastOffsetsIn(topics)[new QueueId(SystemTopics.Schedule, 2)]);
    }

    [Fact]
    public void A_deleted_topic_takes_its_offsets_locks_and_ordinals_with_it_but_its_ordinals_stay_used()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.TopicChanged(Orders));
        state.Apply(new MetadataEvents.OrdinalAssigned("Orders", 0, 0, 0));
        state.Apply(new MetadataEvents.OrdinalAssigned("Other", 0, 1, 0));
        state.Apply(Committed("g", "Orders", 0, 1));
        state.Apply(Committed("g", "Other", 0, 2));
        state.Apply(new MetadataEvents.LockGranted("g", "Orders", 0, "c1", 1000));

        state.Apply(new MetadataEvents.TopicDeleted("Orders"));

        Assert.False(state.TryGetOffset("g", "Orders", 0, out _));
        Assert.Equal(1, state.OffsetCount);
        Assert.False(state.TryGetLock("g", "Orders", 0, out _));
        Assert.False(state.TryFindOrdinal(0, out _));
        Assert.Empty(state.OrdinalsOf("Orders", 0));
        Assert.True(state.TryFindOrdinal(1, out var other));
        Assert.Equal("Other", other.Topic);
        Assert.Equal(2, state.NextOrdinal);
    }

    [Fact]
    public void A_deleted_group_keeps_its_offsets_unless_they_are_to_go_too()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("g")));
        state.Apply(Committed("g", "Orders", 0, 5));

        state.Apply(new MetadataEvents.GroupDeleted("g", RemoveOffsets: false));
        Assert.Empty(state.Groups);
        Assert.True(state.TryGetOffset("g", "Orders", 0, out _));

        state.Apply(new MetadataEvents.GroupDeleted("g", RemoveOffsets: true));
        Assert.False(state.TryGetOffset("g", "Orders", 0, out _));
        Assert.Equal(0, state.OffsetCount);
    }

    [Fact]
    public void Only_the_owner_releases_a_lock()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.LockGranted("g", "Orders", 0, "c1", 1000));
        state.Apply(new MetadataEvents.LockReleased("g", "Orders", 0, "c2"));
        Assert.True(state.TryGetLock("g", "Orders", 0, out var held));
        Assert.Equal("c1", held.ClientId);

        state.Apply(new MetadataEvents.LockReleased("g", "Orders", 0, "c1"));
        Assert.False(state.TryGetLock("g", "Orders", 0, out _));
    }

    [Theory]
    [InlineData(1, 0)] // a hole
    [InlineData(-1, 0)]
    public void An_ordinal_out_of_order_is_refused(int ordinal, long basePosition)
    {
        var state = new MetadataState();
        Assert.Throws<InvalidOperationException>(() => state.Apply(new MetadataEvents.OrdinalAssigned("Orders", 0, ordinal, basePosition)));
        Assert.Equal(0, state.NextOrdinal);
    }

    [Fact]
    public void A_queue_gets_further_ordinals_at_rising_positions_only()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.OrdinalAssigned("Orders", 0, 0, 0));
        Assert.Throws<InvalidOperationException>(() => state.Apply(new MetadataEvents.OrdinalAssigned("Orders", 0, 1, 0)));

        state.Apply(new MetadataEvents.OrdinalAssigned("Orders", 0, 1, 1L << 40));
        Assert.Equal([0, 1], state.OrdinalsOf("Orders", 0).Select(given => given.Ordinal));
    }

    [Fact]
    public void Ordinals_end_below_two_to_the_power_of_23()
    {
        var state = new MetadataState(new MetadataSnapshot([], [], [], QueueOrdinal.MaxOrdinal, [], []));
        state.Apply(new MetadataEvents.OrdinalAssigned("Orders", 0, 8_388_607, 0));
        Assert.Throws<InvalidOperationException>(() => state.Apply(new MetadataEvents.OrdinalAssigned("Orders", 1, 8_388_608, 0)));
    }

    [Fact]
    public void A_snapshot_holds_every_lock_since_renewals_are_not_journalled()
    {
        var state = new MetadataState();
        state.Apply(new MetadataEvents.LockGranted("g", "Orders", 0, "c1", 1000));
        state.Apply(new MetadataEvents.LockGranted("g", "Orders", 1, "c1", 2000));
        Assert.Equal([0, 1], state.ToSnapshot().Locks.Select(held => held.QueueId));
    }

    [Fact]
    public void A_snapshot_that_contradicts_itself_is_refused()
    {
        var empty = new MetadataSnapshot([], [], [], 1, [], []);
        Assert.Throws<InvalidOperationException>(() => new MetadataState(empty with { Ordinals = [new("Orders", 0, 1, 0)] }));
        Assert.Throws<InvalidOperationException>(() => new MetadataState(empty with { Ordinals = [new("A", 0, 0, 0), new("B", 0, 0, 0)] }));
        Assert.Throws<InvalidOperationException>(() => new MetadataState(empty with { Offsets = [new("g", "Orders", [0, 1], [5])] }));
    }

    private static MetadataEvents.OffsetsCommitted Committed(string group, string topic, int queueId, long offset) =>
        new([new CommittedOffset(group, topic, queueId, offset)]);
}

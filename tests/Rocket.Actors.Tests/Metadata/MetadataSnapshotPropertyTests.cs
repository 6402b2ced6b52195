using CsCheck;
using Rocket.Actors.Groups;
using Rocket.Actors.KeyValues;
using Rocket.Actors.Metadata;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Metadata;

public sealed class MetadataSnapshotPropertyTests
{
    private static readonly Gen<string> Topic = Gen.OneOf("A", "B", "C");
    private static readonly Gen<string> Group = Gen.OneOf("g", "h");
    private static readonly Gen<int> Queue = Gen.Int[0, 3];

    /// <summary>Events of any order; ordinals are filled in when they are applied, because they must be dense.</summary>
    private static readonly Gen<IMetadataEvent> Event = Gen.OneOf(
        Gen.Select(Topic, Gen.Int[1, 9], (topic, queues) => (IMetadataEvent)new MetadataEvents.TopicChanged(new TopicConfig(topic, queues, queues, 6, 0, false))),
        Topic.Select(topic => (IMetadataEvent)new MetadataEvents.TopicDeleted(topic)),
        Gen.Select(Group, Gen.Bool, (group, enabled) => (IMetadataEvent)new MetadataEvents.GroupChanged(new SubscriptionGroupConfig(group, enabled))),
        Gen.Select(Group, Gen.Bool, (group, offsets) => (IMetadataEvent)new MetadataEvents.GroupDeleted(group, offsets)),
        Gen.Select(Group, Topic, Queue, Gen.Long[0, 99]).Array[0, 5].Select(all =>
            (IMetadataEvent)new MetadataEvents.OffsetsCommitted([.. all.Select(one => new CommittedOffset(one.Item1, one.Item2, one.Item3, one.Item4))])),
        Gen.Select(Topic, Queue, (topic, queue) => (IMetadataEvent)new MetadataEvents.OrdinalAssigned(topic, queue, -1, -1)),
        Gen.Select(Group, Topic, Queue, Gen.OneOf("c1", "c2"), Gen.Long[0, 9], (group, topic, queue, client, expiry) =>
            (IMetadataEvent)new MetadataEvents.LockGranted(group, topic, queue, client, expiry)),
        Gen.Select(Group, Topic, Queue, Gen.OneOf("c1", "c2"), (group, topic, queue, client) =>
            (IMetadataEvent)new MetadataEvents.LockReleased(group, topic, queue, client)),
        Gen.Select(Group, Topic, Gen.Bool, Gen.Long[0, 9], (space, key, deleted, version) => (IMetadataEvent)new MetadataEvents.KeyValuesChanged(
            [new KeyValueEntry(space, key, deleted ? null : "value", version, "broker-a")], deleted ? [new KeyValueName(space, "A")] : null)));

    [Fact]
    public void A_state_from_a_snapshot_goes_on_as_if_nothing_had_happened() =>
        Gen.Select(Event.Array[0, 40], Event.Array[0, 20]).Sample((before, after) =>
        {
            var straight = new MetadataState();
            foreach (var happened in before)
            {
                straight.Apply(Numbered(happened, straight));
            }

            var restored = new MetadataState(straight.ToSnapshot());
            AssertSame(straight, restored);
            foreach (var happened in after)
            {
                var numbered = Numbered(happened, straight);
                straight.Apply(numbered);
                restored.Apply(numbered);
            }

            AssertSame(straight, restored);
        });

    private static IMetadataEvent Numbered(IMetadataEvent happened, MetadataState state) =>
        happened is MetadataEvents.OrdinalAssigned assigned
            ? assigned with { Ordinal = state.NextOrdinal, BasePosition = state.OrdinalsOf(assigned.Topic, assigned.QueueId).Count * (1L << 40) }
            : happened;

    private static void AssertSame(MetadataState expected, MetadataState actual)
    {
        Assert.Equal(expected.Topics.OrderBy(e => e.Key), actual.Topics.OrderBy(e => e.Key));
        Assert.Equal(expected.Groups.OrderBy(e => e.Key), actual.Groups.OrderBy(e => e.Key));
        Assert.Equal(expected.OffsetCount, actual.OffsetCount);
        Assert.Equal(expected.NextOrdinal, actual.NextOrdinal);
        Assert.Equal(expected.ToSnapshot().Ordinals, actual.ToSnapshot().Ordinals);
        foreach (var group in (string[])["g", "h"])
        {
            Assert.Equal(Sorted(expected.OffsetsOf(group)), Sorted(actual.OffsetsOf(group)));
            Assert.Equal(expected.LocksHeldIn(group).ToHashSet(), actual.LocksHeldIn(group).ToHashSet());
        }

        static IEnumerable<CommittedOffset> Sorted(IEnumerable<CommittedOffset> offsets) => offsets.OrderBy(o => o.Topic).ThenBy(o => o.QueueId);
    }
}

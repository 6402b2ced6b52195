using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Rocket.Actors.Tests.Cluster;
using Rocket.Actors.Tests.Storage;
using Xunit;
using static Rocket.Actors.Groups.GroupProtocol;

namespace Rocket.Actors.Tests.Groups;

public sealed class GroupActorTests : TestKit
{
    private const string Group = "g";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PersistInterval = TimeSpan.FromMilliseconds(400);
    private static readonly QueueId First = new("Orders", 0);
    private static readonly QueueId Second = new("Orders", 1);

    private readonly ManualTime _time = new();
    private readonly FlushThreads _flushThreads = new(1);
    private readonly TestProbe _metadata;
    private readonly IActorRef _group;

    public GroupActorTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
        var node = new NodeContext(TestSettings.ForNode(TestSettings.ForBroker()), new MemoryDirectory(), _flushThreads, _time);
        _metadata = CreateTestProbe();
        _group = Sys.ActorOf(Props.Create(() => new GroupActor(node)));
        Watch(_group);
    }

    [Fact]
    public void A_grant_is_answered_once_it_is_durable()
    {
        Start();
        Lock("c1", First, Second);
        var granted = ExpectEvents(2);
        Assert.Equal([First, Second], granted.Cast<MetadataEvents.LockGranted>().Select(grant => new QueueId(grant.Topic, grant.QueueId)));
        ExpectNoAnswer();
        Durable(granted[0]);
        ExpectNoAnswer();
        Durable(granted[1]);
        Assert.Equal([First, Second], ExpectMsg<QueuesLocked>(Patience).Queues);
    }

    [Fact]
    public void A_renewal_of_a_durable_grant_is_answered_at_once_and_is_no_event()
    {
        Start();
        LockDurably("c1", First);
        Lock("c1", First);
        Assert.Equal([First], ExpectMsg<QueuesLocked>(Patience).Queues);
        Assert.False(_metadata.HasMessages);
    }

    [Fact]
    public void A_renewal_of_a_grant_on_its_way_waits_for_it()
    {
        Start();
        Lock("c1", First);
        Lock("c1", First);
        var granted = Assert.Single(ExpectEvents(1));
        ExpectNoAnswer();
        Durable(granted);
        Assert.Equal([First], ExpectMsg<QueuesLocked>(Patience).Queues);
        Assert.Equal([First], ExpectMsg<QueuesLocked>(Patience).Queues);
    }

    [Fact]
    public void While_a_grant_is_on_its_way_nobody_else_gets_the_queue()
    {
        Start();
        Lock("c1", First);
        Lock("c2", First);
        Assert.Empty(ExpectMsg<QueuesLocked>(Patience).Queues);
    }

    [Fact]
    public void A_grant_is_not_taken_for_durable_because_an_earlier_one_of_the_same_queue_is()
    {
        Start();
        Lock("c1", First);
        _group.Tell(new UnlockQueues("c1", [First]), TestActor);
        ExpectMsg<QueuesUnlocked>(Patience);
        Lock("c2", First);
        var events = ExpectEvents(3);
        Durable(events[0]);
        Assert.Equal([First], ExpectMsg<QueuesLocked>(Patience).Queues); // the first client's own request
        ExpectNoAnswer();
        Durable(events[1]);
        ExpectNoAnswer();
        Durable(events[2]);
        Assert.Equal([First], ExpectMsg<QueuesLocked>(Patience).Queues);
    }

    [Fact]
    public void No_two_clients_own_a_queue_before_and_after_60_seconds()
    {
        Start();
        LockDurably("c1", First);
        Advance(TimeSpan.FromSeconds(59));
        Lock("c2", First);
        Assert.Empty(ExpectMsg<QueuesLocked>(Patience).Queues);

        Advance(TimeSpan.FromSeconds(1));
        var released = Assert.IsType<MetadataEvents.LockReleased>(Assert.Single(ExpectEvents(1)));
        Assert.Equal("c1", released.ClientId);
        Durable(released);
        LockDurably("c2", First);
        Lock("c1", First);
        Assert.Empty(ExpectMsg<QueuesLocked>(Patience).Queues);
    }

    [Fact]
    public void A_lock_that_is_renewed_is_not_released()
    {
        Start();
        LockDurably("c1", First);
        for (var i = 0; i < 5; i++)
        {
            Advance(TimeSpan.FromSeconds(20));
            Lock("c1", First);
            Assert.Equal([First], ExpectMsg<QueuesLocked>(Patience).Queues);
        }

        Assert.False(_metadata.HasMessages);
    }

    [Fact]
    public void Restored_locks_keep_their_owner_and_are_released_when_it_does_not_come_back()
    {
        Start(locks: [new QueueLock(Group, First.Topic, First.Number, "c1", Expiry: 0)]);
        Lock("c2", First);
        Assert.Empty(ExpectMsg<QueuesLocked>(Patience).Queues);
        Lock("c1", First);
        Assert.Equal([First], ExpectMsg<QueuesLocked>(Patience).Queues);
        Advance(TimeSpan.FromSeconds(60));
        Assert.IsType<MetadataEvents.LockReleased>(Assert.Single(ExpectEvents(1)));
    }

    [Fact]
    public void Only_the_owner_unlocks()
    {
        Start();
        LockDurably("c1", First);
        _group.Tell(new UnlockQueues("c2", [First]), TestActor);
        ExpectMsg<QueuesUnlocked>(Patience);
        Assert.False(_metadata.HasMessages);
        _group.Tell(new UnlockQueues("c1", [First]), TestActor);
        ExpectMsg<QueuesUnlocked>(Patience);
        Assert.Equal("c1", Assert.IsType<MetadataEvents.LockReleased>(Assert.Single(ExpectEvents(1))).ClientId);
    }

    [Fact]
    public void Offsets_are_found_at_once_and_persisted_together_within_the_interval()
    {
        Start(offsets: [new CommittedOffset(Group, First.Topic, First.Number, 10)]);
        Assert.Equal(10, OffsetOf(First));
        Assert.Null(OffsetOf(Second));
        _group.Tell(new CommitOffset(First, 11));
        _group.Tell(new CommitOffset(Second, 5));
        _group.Tell(new CommitOffset(First, 12));
        Assert.Equal(12, OffsetOf(First));
        Assert.False(_metadata.HasMessages);

        Advance(PersistInterval);
        Assert.Equal([Offset(First, 12), Offset(Second, 5)], ExpectOffsets().OrderBy(committed => committed.QueueId));
    }

    [Fact]
    public void While_offsets_are_on_their_way_later_ones_gather_behind_them()
    {
        Start();
        _group.Tell(new CommitOffset(First, 1));
        Settle();
        Advance(PersistInterval);
        var first = Assert.Single(ExpectEvents(1));
        _group.Tell(new CommitOffset(First, 2));
        _group.Tell(new CommitOffset(Second, 3));
        Settle();
        Advance(10 * PersistInterval);
        Settle();
        Assert.False(_metadata.HasMessages);

        Durable(first);
        Settle();
        Advance(PersistInterval);
        Assert.Equal(2, ExpectOffsets().Count);
    }

    [Fact]
    public void A_stop_writes_the_last_offsets_and_waits_until_they_are_durable()
    {
        Start();
        _group.Tell(new CommitOffset(First, 1));
        _group.Tell(ShardProtocol.StopEntity.Instance);
        var first = Assert.Single(ExpectEvents(1));
        _group.Tell(new CommitOffset(First, 2));
        var second = Assert.Single(ExpectEvents(1));
        Durable(first);
        Settle();
        Durable(second);
        ExpectTerminated(_group, Patience);
    }

    [Fact]
    public void A_stop_without_anything_to_write_is_done_at_once()
    {
        Start();
        _group.Tell(ShardProtocol.StopEntity.Instance);
        ExpectTerminated(_group, Patience);
    }

    [Fact]
    public void When_the_metadata_end_the_group_ends_whatever_it_waits_for()
    {
        Start();
        Lock("c1", First);
        _group.Tell(ShardProtocol.StopEntity.Instance);
        ExpectEvents(1);
        Sys.Stop(_metadata);
        ExpectTerminated(_group, Patience);
    }

    [Fact]
    public void A_start_that_is_told_again_changes_the_configuration_and_keeps_the_offsets()
    {
        Start();
        _group.Tell(new CommitOffset(First, 5));
        _group.Tell(new StartGroup(new SubscriptionGroupConfig(Group, ConsumeEnable: false), [], [], _metadata), TestActor);
        Assert.False(ExpectMsg<GroupReady>(Patience).Handle.Config.ConsumeEnable);
        Assert.Equal(5, OffsetOf(First));
    }

    [Fact]
    public void A_start_by_the_brokers_next_incarnation_ends_a_group_of_the_last_one()
    {
        Start();
        _group.Tell(new StartGroup(new SubscriptionGroupConfig(Group), [], [], CreateTestProbe()), TestActor);
        ExpectTerminated(_group, Patience);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _flushThreads.Dispose();
    }

    private void Start(CommittedOffset[]? offsets = null, QueueLock[]? locks = null)
    {
        _group.Tell(new StartGroup(new SubscriptionGroupConfig(Group), offsets ?? [], locks ?? [], _metadata), TestActor);
        Assert.Equal(_group, ExpectMsg<GroupReady>(Patience).Handle.Actor);
    }

    private void Lock(string client, params QueueId[] queues) => _group.Tell(new LockQueues(client, queues), TestActor);

    private void LockDurably(string client, QueueId queue)
    {
        Lock(client, queue);
        Durable(Assert.Single(ExpectEvents(1)));
        Assert.Equal([queue], ExpectMsg<QueuesLocked>(Patience).Queues);
    }

    private List<IMetadataEvent> ExpectEvents(int count)
    {
        List<IMetadataEvent> events = [];
        while (events.Count < count)
        {
            events.Add(_metadata.ExpectMsg<MetadataProtocol.Persist>(Patience).Event);
        }

        return events;
    }

    private IReadOnlyList<CommittedOffset> ExpectOffsets() => Assert.IsType<MetadataEvents.OffsetsCommitted>(Assert.Single(ExpectEvents(1))).Offsets;

    private static CommittedOffset Offset(QueueId queue, long offset) => new(Group, queue.Topic, queue.Number, offset);

    private void Durable(IMetadataEvent happened) => _group.Tell(new MetadataProtocol.Persisted(happened));

    private long? OffsetOf(QueueId queue)
    {
        _group.Tell(new QueryOffset(queue), TestActor);
        return ExpectMsg<OffsetFound>(Patience).Offset;
    }

    private void ExpectNoAnswer() => Settle();

    /// <summary>The actor has handled everything told before; an answer to the test would be here already and fail the expectation.</summary>
    private void Settle()
    {
        _group.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>(Patience);
    }

    private void Advance(TimeSpan time)
    {
        _time.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }
}

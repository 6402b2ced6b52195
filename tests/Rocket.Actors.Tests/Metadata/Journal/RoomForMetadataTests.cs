using Akka.Actor;
using Akka.TestKit;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Queues;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>The metadata of a broker whose disk is full to the brim.</summary>
public sealed class RoomForMetadataTests : MetadataPluginKit
{
    private readonly TestProbe _broker;
    private readonly IActorRef _metadata;
    private volatile bool _hasRoom;

    public RoomForMetadataTests()
    {
        var log = OpenLog;
        var hasRoom = () => _hasRoom;
        _broker = CreateTestProbe();
        _metadata = _broker.ChildActorOf(Props.Create(() => new MetadataActor(log, hasRoom, TimeProvider.System)));
        _broker.ExpectMsg<MetadataProtocol.Recovered>(Patience);
        _broker.Watch(_metadata);
    }

    [Fact]
    public async Task Changes_wait_for_room_in_their_order_and_questions_do_not()
    {
        await EventFilter.Warning(contains: "wait for room on the disk").ExpectOneAsync(() =>
        {
            for (var offset = 1; offset <= 3; offset++)
            {
                _metadata.Tell(new MetadataProtocol.Persist(Commit(offset)), TestActor);
            }

            _metadata.Tell(new MetadataProtocol.AssignOrdinal(new QueueId("T", 0)), TestActor);
            _metadata.Tell(new MetadataProtocol.QueryOrdinals(new QueueId("T", 0)), TestActor);
            Assert.Empty(ExpectMsg<MetadataProtocol.OrdinalsFound>(Patience).Ordinals);
            return Task.CompletedTask;
        });
        _metadata.Tell(MetadataProtocol.RoomDue.Instance);
        _metadata.Tell(new MetadataProtocol.Persist(Commit(4)), TestActor);

        _hasRoom = true;
        await EventFilter.Info(contains: "are written again").ExpectOneAsync(() =>
        {
            // Its own timer comes as well; whichever is first.
            _metadata.Tell(MetadataProtocol.RoomDue.Instance);
            return Task.CompletedTask;
        });
        for (var offset = 1; offset <= 3; offset++)
        {
            Assert.Equal(offset, Committed(ExpectMsg<MetadataProtocol.Persisted>(Patience)));
        }

        Assert.Equal(0, ExpectMsg<QueueProtocol.OrdinalGranted>(Patience).Ordinal);
        Assert.Equal(4, Committed(ExpectMsg<MetadataProtocol.Persisted>(Patience)));
    }

    [Fact]
    public void A_broker_that_stops_does_not_wait_for_room()
    {
        _metadata.Tell(new MetadataProtocol.Persist(Commit(1)), TestActor);
        _metadata.Tell(MetadataProtocol.WaitNoLonger.Instance);
        Assert.Equal(1, Committed(ExpectMsg<MetadataProtocol.Persisted>(Patience)));
        _metadata.Tell(new MetadataProtocol.Persist(Commit(2)), TestActor);
        Assert.Equal(2, Committed(ExpectMsg<MetadataProtocol.Persisted>(Patience)));
        _metadata.Tell(MetadataProtocol.StopMetadata.Instance);
        _broker.ExpectTerminated(_metadata, Patience);
    }

    [Fact]
    public void How_far_all_groups_have_consumed_is_told_from_what_is_durable()
    {
        _hasRoom = true;
        _metadata.Tell(new MetadataProtocol.Persist(new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("g"))), TestActor);
        _metadata.Tell(new MetadataProtocol.Persist(Commit(7)), TestActor);
        ReceiveN(2, Patience);
        _metadata.Tell(new MetadataProtocol.QueryLeastOffsets(new HashSet<string> { "T" }), TestActor);
        Assert.Equal(new(new QueueId("T", 0), 7), Assert.Single(ExpectMsg<MetadataProtocol.LeastOffsets>(Patience).Offsets));
    }

    private static MetadataEvents.OffsetsCommitted Commit(long offset) => new([new CommittedOffset("g", "T", 0, offset)]);

    private static long Committed(MetadataProtocol.Persisted persisted) =>
        Assert.IsType<MetadataEvents.OffsetsCommitted>(persisted.Event).Offsets[0].Offset;
}

using Akka.Actor;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>A persistent actor on the two plugins, through crashes and kills.</summary>
public sealed class MetadataPersistenceTests : MetadataPluginKit
{
    private readonly IActorRef _first;

    public MetadataPersistenceTests() => _first = Start();

    [Fact]
    public void What_was_persisted_is_there_after_a_crash()
    {
        Persist(_first, Topic("A"));
        Persist(_first, Offset("A", 7));
        _first.Tell("crash");
        Assert.Equal(["A"], StateOf(_first).Topics.Keys);
        Assert.True(StateOf(_first).TryGetOffset("g", "A", 0, out var offset));
        Assert.Equal(7, offset);
        Persist(_first, Topic("B"));
        Assert.Equal(2, StateOf(_first).Topics.Count);
    }

    [Fact]
    public void What_was_persisted_is_there_after_a_kill()
    {
        Persist(_first, Topic("A"));
        Stop(_first);
        ReopenAfterKill();
        var second = Start();
        Assert.Equal(["A"], StateOf(second).Topics.Keys);
        Persist(second, Topic("B"));
        Stop(second);
        ReopenAfterKill();
        Assert.Equal(2, StateOf(Start()).Topics.Count);
    }

    [Fact]
    public void Events_persisted_together_are_all_there_or_none()
    {
        Persist(_first, Topic("A"));
        Records.Checkpoint();
        _first.Tell(new IMetadataEvent[] { Topic("B"), Topic("C"), Topic("D") }, TestActor);
        ReceiveN(3, Patience);
        Stop(_first);
        ReopenAfterKill(() =>
        {
            using var file = File.OpenWrite(SegmentFiles[^1]);
            file.SetLength(file.Length - 1);
        });
        Assert.Equal(["A"], StateOf(Start()).Topics.Keys);
    }

    [Fact]
    public void Recovery_begins_at_the_snapshot()
    {
        foreach (var number in Numbers(1, 50))
        {
            Persist(_first, Offset("A", number));
        }

        _first.Tell("snapshot", TestActor);
        ExpectMsg("compacted", Patience);
        Persist(_first, Offset("A", 51));
        Stop(_first);
        ReopenAfterKill();

        var second = Start();
        second.Tell("recovered", TestActor);
        Assert.Equal(1, ExpectMsg<int>(Patience));
        Assert.True(StateOf(second).TryGetOffset("g", "A", 0, out var offset));
        Assert.Equal(51, offset);
    }

    [Fact]
    public void A_master_that_was_replaced_stops_at_its_next_write_and_changes_nothing()
    {
        Persist(_first, Topic("A"));
        Watch(_first);
        Logs.Open("broker-a", Epoch.Next(1), MetadataCopies.None(Records, flushes: true), TimeProvider.System);
        _first.Tell(Topic("stale"), TestActor);
        ExpectTerminated(_first, Patience);

        var second = Sys.ActorOf(Plugged(Epoch.Next(1)));
        Assert.Equal(["A"], StateOf(second).Topics.Keys);
        Persist(second, Topic("B"));
    }

    [Fact]
    public void A_master_whose_log_is_not_open_does_not_come_up()
    {
        var early = Sys.ActorOf(Plugged(Epoch.Next(2)));
        Watch(early);
        ExpectTerminated(early, Patience);
    }

    private static MetadataEvents.TopicChanged Topic(string name) => new(new TopicConfig(name, 8, 8, 6, 0, false));

    private static MetadataEvents.OffsetsCommitted Offset(string topic, long offset) => new([new CommittedOffset("g", topic, 0, offset)]);

    private static Props Plugged(Epoch epoch) => Props.Create(() => new PersistentBroker(epoch));

    private IActorRef Start() => Sys.ActorOf(Plugged(Epoch));

    private void Stop(IActorRef actor)
    {
        Watch(actor);
        actor.Tell(PoisonPill.Instance);
        ExpectTerminated(actor, Patience);
        Unwatch(actor);
    }

    private void Persist(IActorRef actor, IMetadataEvent happened)
    {
        actor.Tell(happened, TestActor);
        Assert.Same(happened, ExpectMsg<IMetadataEvent>(Patience));
    }

    private MetadataState StateOf(IActorRef actor)
    {
        actor.Tell("state", TestActor);
        return ExpectMsg<MetadataState>(Patience);
    }
}

using Akka.Actor;
using Rocket.Actors.Cluster;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Storage;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>However metadata are damaged: it is said once, the broker is not served, and nothing is tried again and again.</summary>
public sealed class BrokerDamageTests : BrokerKit
{
    private const string Segment = "00000000000000000000.log";

    private static MetadataEvents.TopicChanged Topic(string name) => new(new TopicConfig(name, 4, 4, 6, 0, Order: false));

    [Fact]
    public void A_damaged_checkpoint()
    {
        Journal(Topic("A"));
        MetadataFolder.Flip("checkpoint", 10);
        MetadataFolder.Flip("checkpoint", 4096 + 10);
        ExpectDamaged("checkpoint", opens: false);
    }

    [Fact]
    public void A_damaged_record_before_the_last_one()
    {
        Journal(Topic("A"), Topic("B"));
        MetadataFolder.Flip(Segment, 100);
        ExpectDamaged("position");
    }

    [Fact]
    public void A_record_of_a_newer_version()
    {
        Journal(Topic("A"));
        WithMetadataRecords(records =>
        {
            using var batch = new LogBatch();
            batch.Begin(records, records.LastEpoch);
            batch.Add([99, 1, .. new byte[40]]);
            batch.Seal(0, 1, []);
            records.Append(batch);
            records.Checkpoint();
        });
        ExpectDamaged("version 99");
    }

    [Fact]
    public void An_event_that_cannot_be_read()
    {
        WithMetadataLog(log => log.Append([Record(1, new StoredPayload(MetadataEventSerializer.StoredIdentifier, MetadataManifests.TopicChanged, [1, 2, 3]))]));
        ExpectDamaged("can't be read");
    }

    [Fact]
    public void An_event_that_this_version_does_not_know()
    {
        WithMetadataLog(log => log.Append([Record(1, new StoredPayload(MetadataEventSerializer.StoredIdentifier, "future", [1, 2, 3]))]));
        ExpectDamaged("unknown to this version");
    }

    [Fact]
    public void An_event_that_cannot_have_happened()
    {
        Journal(Topic("A"), new MetadataEvents.OrdinalAssigned("A", 0, Ordinal: 5, BasePosition: 0));
        ExpectDamaged("the next ordinal is 0");
    }

    [Fact]
    public void A_snapshot_that_cannot_be_read()
    {
        WithMetadataLog(log => log.Append(
            [new SnapshotRecord(Broker, 1, 1, new StoredPayload(MetadataEventSerializer.StoredIdentifier, MetadataManifests.Snapshot, [1, 2, 3]))]));
        ExpectDamaged("can't be read");
    }

    [Fact]
    public void A_snapshot_that_contradicts_itself()
    {
        var senseless = new MetadataSnapshot([], [], [], NextOrdinal: 1, [new QueueOrdinal("A", 0, 1, 0)], []);
        WithMetadataLog(log => log.Append([new SnapshotRecord(Broker, 1, 1, Stored(senseless))]));
        ExpectDamaged("an ordinal from 0 to 0 was expected");
    }

    [Fact]
    public void A_record_that_is_damaged_only_when_its_event_is_replayed()
    {
        Journal(Topic("A"), Topic("B"));
        DuringReplay(() => MetadataFolder.Flip(Segment, 100));
        ExpectDamaged("position");
    }

    [Fact]
    public void A_failure_to_read_is_no_damage_and_the_next_start_tries_again()
    {
        Journal(Topic("A"));
        DuringReplay(() => throw new IOException("Input/output error"));
        Watch(Actor);
        Acquire();
        ExpectTerminated(Actor, Patience);
        Assert.False(Guardian.HasMessages);

        Disk.Faults.BeforeRead = static _ => { };
        StartNext();
        Assert.Equal(TestSettings.SystemTopics + 1, Lead().Topics);
    }

    [Fact]
    public void A_log_that_cannot_be_opened_is_tried_again_with_the_next_EnsureBroker()
    {
        Journal(Topic("A"));
        Disk.Faults.Open = _ => true;
        EventFilter.Error(contains: "cannot be opened").ExpectOne(Patience, Place);
        Disk.Faults.None();
        Settle();
        Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TestSettings.SystemTopics + 1, Lead().Topics);
    }

    /// <summary>Happens once, at the first read by the journal's own thread.</summary>
    private void DuringReplay(Action happens)
    {
        var happened = 0;
        Disk.Faults.BeforeRead = _ =>
        {
            if (Thread.CurrentThread.Name?.Contains("metadata-dispatcher", StringComparison.Ordinal) == true && Interlocked.Exchange(ref happened, 1) == 0)
            {
                happens();
            }
        };
    }

    private void ExpectDamaged(string reason, bool opens = true)
    {
        Watch(Actor);
        EventFilter.Error(contains: reason).ExpectOne(Patience, () =>
        {
            if (opens)
            {
                Acquire();
            }
            else
            {
                Place();
            }

            Assert.Contains(reason, Guardian.ExpectMsg<BrokerProtocol.BrokerDamaged>(Patience).Reason, StringComparison.Ordinal);
        });
        Actor.Tell(new ShardProtocol.EnsureBroker(Broker));
        Actor.Tell(BrokerProtocol.StopBroker.Instance, TestActor);
        ExpectMsg<BrokerProtocol.BrokerStopped>(Patience);
        Advance(TimeSpan.FromMinutes(1));
        Settle();
        Assert.False(Guardian.HasMessages);
        Assert.False(Region.HasMessages);
        Actor.Tell(ShardProtocol.StopEntity.Instance);
        ExpectTerminated(Actor, Patience);
    }
}

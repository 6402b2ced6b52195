using Rocket.Actors.Inspection;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Rocket.Actors.Topics;
using Xunit;

namespace Rocket.Actors.Tests.Inspection;

/// <summary>Metadata as an inspection replays them.</summary>
public sealed class MetadataAuditTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("rocket-audit-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void The_newest_snapshot_and_the_events_behind_it_add_up()
    {
        var state = Replay(
            out var fault,
            Event(1, Topic("a")),
            Event(2, Topic("b")),
            Snapshot(2, "a", "b"),
            new EventsDeletionRecord("broker-a", 2, 2),
            Event(3, new MetadataEvents.TopicDeleted("a")));
        Assert.Null(fault);
        Assert.Equal(["b"], state!.Topics.Keys);
    }

    [Fact]
    public void Events_written_before_their_snapshot_was_saved_are_not_lost()
    {
        var state = Replay(out var fault, Event(1, Topic("a")), Event(2, Topic("b")), Snapshot(1, "a"), Event(3, Topic("c")));
        Assert.Null(fault);
        Assert.Equal(["a", "b", "c"], state!.Topics.Keys.Order());
    }

    [Fact]
    public void Missing_events_are_named()
    {
        Assert.Null(Replay(out var fault, Event(1, Topic("a")), Event(4, Topic("b"))));
        Assert.Equal("the events 2 to 3 are missing", fault);
    }

    [Fact]
    public void Deleted_events_without_a_snapshot_are_named()
    {
        Assert.Null(Replay(out var fault, Event(1, Topic("a")), new EventsDeletionRecord("broker-a", 1, 1)));
        Assert.Equal("the snapshot that stands for the events up to 1 is missing", fault);
    }

    [Fact]
    public void A_contradiction_is_named()
    {
        Assert.Null(Replay(out var fault, Event(1, new MetadataEvents.OrdinalAssigned("a", 0, 3, 0))));
        Assert.StartsWith("what it holds contradicts itself: ", fault, StringComparison.Ordinal);
    }

    private static MetadataEvents.TopicChanged Topic(string name) => new(new TopicConfig(name, 1, 1, 6, 0, false));

    private static EventsRecord Event(long sequenceNr, IMetadataEvent happened) =>
        new("broker-a", "writer", [new StoredEvent(sequenceNr, "", Stored(happened))]);

    private static SnapshotRecord Snapshot(long sequenceNr, params string[] topics)
    {
        var state = new MetadataState();
        foreach (var topic in topics)
        {
            state.Apply(Topic(topic));
        }

        return new SnapshotRecord("broker-a", sequenceNr, 0, Stored(state.ToSnapshot()));
    }

    private static StoredPayload Stored(object metadata) =>
        new(MetadataEventSerializer.StoredIdentifier, MetadataPayload.ManifestOf(metadata), MetadataPayload.Write(metadata));

    private MetadataState? Replay(out string? fault, params MetadataRecord[] records)
    {
        using (var log = RecordLog.Open(new FileDirectory(_path, 8), "metadata", new LogOptions(), new MetadataRecordIndexer(), TimeProvider.System, null))
        {
            var metadata = new MetadataLogs().Open("broker-a", Epoch.None.Next(0), MetadataCopies.None(log, flushes: true), TimeProvider.System);
            foreach (var record in records)
            {
                metadata.Append([record]);
            }

            log.Checkpoint(cleanStop: true);
        }

        var audit = new MetadataAudit("broker-a");
        var tally = new InspectionTally();
        Assert.True(LogInspector.Inspect(FileDirectory.ForReading(_path), "metadata", audit, tally).IsWhole);
        Assert.Empty(tally.Findings);
        return audit.Replay(out fault);
    }
}

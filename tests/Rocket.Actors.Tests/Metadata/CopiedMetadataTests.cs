using Rocket.Actors.Cluster;
using Rocket.Actors.Groups;
using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Queues;
using Rocket.Actors.Replication;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Metadata;

public sealed class CopiedMetadataTests : IDisposable
{
    private const string Broker = "broker-a";

    private readonly MemoryDirectory _disk = new();
    private readonly CopyDirectory _copies = new();
    private readonly CopiedMetadata _metadata;
    private RecordLog _log;
    private CopyView _view;

    public CopiedMetadataTests()
    {
        _metadata = new CopiedMetadata(Broker, _copies);
        (_log, _view) = Open();
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Without_a_copy_or_before_anything_is_visible_nothing_is_told()
    {
        Write(Event(1, Committed(5)));
        Assert.False(_metadata.TryGetOffset("group", "topic", 0, out _));
        Show(1);
        Assert.Equal(5, Offset());
        _copies.Withdraw(DataFolders.Metadata);
        Assert.False(_metadata.TryGetOffset("group", "topic", 0, out _));
    }

    [Fact]
    public void Only_what_is_visible_counts_and_later_events_are_added()
    {
        Write(Event(1, Committed(5)), Event(2, Committed(6)));
        Show(1);
        Assert.Equal(5, Offset());
        Show(2);
        Assert.Equal(6, Offset());
        Write(Event(3, Committed(3)));
        Assert.Equal(6, Offset());
        Show(3);
        Assert.Equal(3, Offset());
    }

    [Fact]
    public void Groups_are_told_as_far_as_they_are_visible()
    {
        Write(Event(1, new MetadataEvents.GroupChanged(new SubscriptionGroupConfig("group", ConsumeEnable: false))), Event(2, new MetadataEvents.GroupDeleted("group", false)));
        Show(1);
        Assert.True(_metadata.TryGetGroup("group", out var config));
        Assert.False(config!.ConsumeEnable);
        Show(2);
        Assert.True(_metadata.TryGetGroup("group", out config));
        Assert.Null(config);
        _copies.Withdraw(DataFolders.Metadata);
        Assert.False(_metadata.TryGetGroup("group", out _));
    }

    [Fact]
    public void A_group_that_has_committed_nothing_is_known_to_have_not()
    {
        Write(Event(1, Committed(5)));
        Show(1);
        Assert.True(_metadata.TryGetOffset("strangers", "topic", 0, out var offset));
        Assert.Null(offset);
    }

    [Fact]
    public void A_snapshot_stands_for_the_events_up_to_its_own_wherever_it_was_written()
    {
        var state = new MetadataState();
        state.Apply(Committed(70));
        Write(Event(7, Committed(60)), Event(8, Committed(80)), Snapshot(7, state), Event(9, new MetadataEvents.OrdinalAssigned("topic", 0, 0, 0)));
        Show(4);
        Assert.Equal(80, Offset());
        Assert.True(_metadata.TryLocate(PhysicalOffset.Of(0, 123), out var queue, out var position));
        Assert.Equal((new QueueId("topic", 0), 123L), (queue, position));
    }

    [Fact]
    public void A_missing_event_is_no_answer()
    {
        Write(Event(1, Committed(5)), Event(3, Committed(7)));
        Show(1);
        Assert.Equal(5, Offset());
        Show(2);
        Assert.False(_metadata.TryGetOffset("group", "topic", 0, out _));
    }

    [Fact]
    public void Physical_offsets_that_name_no_queue_are_told_apart_from_those_that_cannot_be_looked_up()
    {
        Assert.False(_metadata.TryLocate(0, out _, out _));
        Write(Event(1, new MetadataEvents.OrdinalAssigned("topic", 3, 0, 0)));
        Show(1);
        Assert.True(_metadata.TryLocate(PhysicalOffset.Of(1, 0), out var queue, out _));
        Assert.Null(queue);
        Assert.True(_metadata.TryLocate(-1, out queue, out _));
        Assert.Null(queue);
    }

    [Fact]
    public void A_copy_that_was_opened_anew_is_read_anew()
    {
        Write(Event(1, Committed(5)));
        Show(1);
        Assert.Equal(5, Offset());
        _log.Dispose();
        (_log, _view) = Open();
        Write(Event(2, Committed(9)));
        Show(2);
        Assert.Equal(9, Offset());
    }

    [Fact]
    public void Records_of_another_broker_are_no_answer()
    {
        Write(new EventsRecord("broker-b", "writer", [new StoredEvent(1, "", Stored(Committed(5)))]));
        Show(1);
        Assert.False(_metadata.TryGetOffset("group", "topic", 0, out _));
    }

    private static MetadataEvents.OffsetsCommitted Committed(long offset) => new([new CommittedOffset("group", "topic", 0, offset)]);

    private static EventsRecord Event(long sequenceNr, IMetadataEvent happened) => new(Broker, "writer", [new StoredEvent(sequenceNr, "", Stored(happened))]);

    private static SnapshotRecord Snapshot(long sequenceNr, MetadataState state) => new(Broker, sequenceNr, madeAt: 0, Stored(state.ToSnapshot()));

    private static StoredPayload Stored(object metadata) =>
        new(MetadataEventSerializer.StoredIdentifier, MetadataPayload.ManifestOf(metadata), MetadataPayload.Write(metadata));

    private (RecordLog Log, CopyView View) Open()
    {
        var log = RecordLog.Open(
            _disk.Directory(DataFolders.Metadata), DataFolders.MetadataLog, new LogOptions(SegmentSize: 1 << 20), new MetadataRecordIndexer(), TimeProvider.System, null);
        var view = new CopyView(log);
        _copies.Publish(DataFolders.Metadata, view);
        return (log, view);
    }

    private void Write(params MetadataRecord[] records)
    {
        using var batch = new LogBatch();
        foreach (var record in records)
        {
            batch.Begin(_log, epoch: 1);
            record.Write(batch.Add(record.Size), storedAt: 1000);
            batch.Seal(tagHash: 0, 1000, keyHashes: []);
            _log.Append(batch);
        }
    }

    private void Show(long visible) => _view.Note(visible, 0);

    private long? Offset()
    {
        Assert.True(_metadata.TryGetOffset("group", "topic", 0, out var offset));
        return offset;
    }
}

using Rocket.Actors.Metadata;
using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Placement;
using Rocket.Actors.Storage;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Metadata;

public sealed class SnapshotScheduleTests : IDisposable
{
    private const int MiB = 1 << 20;
    private const int ManyEvents = 5_000;

    private readonly MemoryDirectory _disk = new();
    private RecordLog _records;
    private MetadataLog _log;
    private SnapshotSchedule _schedule;
    private long _sequenceNr;

    public SnapshotScheduleTests() => (_records, _log, _schedule) = Open();

    public void Dispose() => _records.Dispose();

    [Fact]
    public void A_snapshot_is_due_after_5_000_events()
    {
        Happened(ManyEvents - 1);
        Assert.False(_schedule.IsDue);
        Happened(1);
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void A_snapshot_is_due_after_8_MiB_however_few_the_events_are()
    {
        Write(7 * MiB);
        Assert.False(_schedule.IsDue);
        Write(1 * MiB);
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void While_one_is_under_way_no_other_is_due()
    {
        Write(8 * MiB);
        _schedule.Begun();
        Write(20 * MiB);
        Happened(ManyEvents);
        Assert.False(_schedule.IsDue);
        _schedule.Ended();
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void After_a_large_one_as_many_bytes_of_events_are_awaited_or_twice_as_many_when_they_are_few()
    {
        Save(10 * MiB);
        Happened(ManyEvents);
        Write(9 * MiB);
        Assert.False(_schedule.IsDue);
        Write(1 * MiB);
        Assert.True(_schedule.IsDue);

        Save(10 * MiB);
        Write(19 * MiB);
        Assert.False(_schedule.IsDue);
        Write(1 * MiB);
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void One_that_failed_is_tried_again_when_as_much_has_happened_again()
    {
        Write(8 * MiB);
        _schedule.Begun();
        _schedule.Ended();
        Assert.False(_schedule.IsDue);
        Write(8 * MiB);
        Assert.True(_schedule.IsDue);
    }

    [Fact]
    public void A_restart_goes_on_counting()
    {
        Save(3 * MiB);
        Write(7 * MiB);
        _records.Dispose();
        (_records, _log, _schedule) = Open();
        Assert.False(_schedule.IsDue);
        Write(1 * MiB);
        Assert.True(_schedule.IsDue);
    }

    private void Happened(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _schedule.Happened();
        }
    }

    /// <summary>Events of so many bytes altogether.</summary>
    private void Write(int bytes)
    {
        for (var written = 0; written < bytes; written += MiB)
        {
            _log.Append([new EventsRecord("a", "", [new StoredEvent(++_sequenceNr, "", new StoredPayload(1, "", new byte[MiB]))])]);
        }
    }

    private void Save(int bytes)
    {
        _schedule.Begun();
        _log.Append([new SnapshotRecord("a", _sequenceNr, 1, new StoredPayload(1, "", new byte[bytes]))]);
        _schedule.Ended();
    }

    private (RecordLog, MetadataLog, SnapshotSchedule) Open()
    {
        var records = RecordLog.Open(_disk.Directory("log"), "log", new LogOptions(), new MetadataRecordIndexer(), TimeProvider.System, report: null);
        var log = new MetadataLog("a", new Epoch(1), MetadataCopies.None(records, flushes: false), TimeProvider.System);
        return (records, log, new SnapshotSchedule(log));
    }
}

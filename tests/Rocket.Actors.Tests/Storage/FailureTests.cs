using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

/// <summary>What a log says of itself after something failed.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly MemoryDirectory _disk = new();
    private RecordLog _log;

    public FailureTests() => _log = Open();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_failed_fsync_of_records_is_told_from_a_failed_write()
    {
        Append(1);
        _disk.Faults.Flush = DiskFaults.Of(".log");
        Assert.Throws<LogPoisonedException>(() => _log.Flush());
        Assert.True(_log.HasFailedFlush);
    }

    [Fact]
    public void A_failed_fsync_of_the_records_file_names_is_one_too_whoever_meets_it_first()
    {
        Append(1);
        _disk.Faults.Sync = _ => true;
        Assert.Throws<LogPoisonedException>(() => Append(1)); // the second segment may not begin before the first one's name is durable
        Assert.True(_log.HasFailedFlush);
    }

    [Fact]
    public void A_failed_write_is_none()
    {
        Append(1);
        _disk.Faults.Write = DiskFaults.Of(".log");
        Assert.Throws<LogPoisonedException>(() => Append(1));
        Assert.Throws<LogPoisonedException>(() => _log.Flush());
        Assert.NotNull(_log.Poisoned);
        Assert.False(_log.HasFailedFlush);
    }

    [Fact]
    public void A_checkpoint_that_finds_the_disk_full_is_none()
    {
        Append(1);
        _disk.Faults.Write = DiskFaults.Of("checkpoint.new");
        Assert.Throws<LogPoisonedException>(() => _log.Checkpoint());
        Assert.Equal(_log.Watermarks.Appended, _log.Watermarks.Flushed);
        Assert.False(_log.HasFailedFlush);
    }

    [Fact]
    public void A_log_that_was_to_begin_elsewhere_and_got_no_record_begins_at_zero()
    {
        _log.StartAt(new LogPoint(5000, 50));
        _disk.Faults.Write = DiskFaults.Of(".log");
        Assert.Throws<LogPoisonedException>(() => Append(1));
        _disk.Faults.None();
        _log.Dispose();
        _log = Open();
        Assert.Equal((default, default, default), (_log.Watermarks.Minimum, _log.Watermarks.Flushed, _log.Watermarks.Appended));
        _log.StartAt(new LogPoint(5000, 50));
        Append(1);
        Assert.Equal(51, _log.Watermarks.AppendedOffset);
    }

    private RecordLog Open() => RecordLog.Open(_disk.Directory("log"), "log", new LogOptions(SegmentSize: 100), new TestIndexer(), TimeProvider.System, report: null);

    private void Append(int count)
    {
        using var batch = new LogBatch();
        batch.Begin(_log, 1);
        for (var i = 0; i < count; i++)
        {
            batch.Add(TestRecord.Make(batch.NextOffset));
            batch.Seal(0, 1, []);
        }

        _log.Append(batch);
    }
}

using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

/// <summary>How often files are touched: what the speed of the broker rests on.</summary>
public sealed class FileAccessTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("rocket-counted-").FullName;
    private readonly CountingDirectory _folder;
    private readonly LogBatch _batch = new();
    private RecordLog _log;

    public FileAccessTests()
    {
        _folder = new CountingDirectory(new FileDirectory(_path, 16));
        _log = Open();
        Append();
    }

    [Fact]
    public void A_batch_takes_one_write_each_to_log_index_and_keys() =>
        Assert.Equal((0, 3, 0), _folder.During(Append));

    [Fact]
    public void Neighbours_take_one_read_of_the_index_and_one_of_the_log()
    {
        var entries = new IndexEntry[32];
        var payloads = new byte[32 * 100];
        Assert.Equal((1, 0, 0), _folder.During(() => _log.Reader.ReadIndex(20, entries)));
        Assert.Equal((1, 0, 0), _folder.During(() => _log.Reader.ReadPayloads(entries, payloads)));
        Assert.Equal((1, 0, 0), _folder.During(() => _log.Reader.ReadPayloads(entries, new byte[32 * 116])));
        Assert.Equal((16, 0, 0), _folder.During(() => _log.Reader.ReadPayloads([.. entries.Where((_, i) => i % 2 == 0)], payloads)));
    }

    [Fact]
    public void A_flush_takes_one_fsync_and_one_without_news_none()
    {
        Assert.Equal((0, 0, 1), _folder.During(() => _log.Flush()));
        Assert.Equal((0, 0, 0), _folder.During(() => _log.Flush()));
        Append();
        Append();
        Assert.Equal((0, 0, 1), _folder.During(() => _log.Flush()));
    }

    [Fact]
    public void Opening_after_a_clean_stop_writes_and_flushes_nothing()
    {
        _log.Checkpoint(cleanStop: true);
        _log.Dispose();
        var (reads, writes, flushes) = _folder.During(() => _log = Open());
        Assert.InRange(reads, 1, 12);
        Assert.Equal((0, 0), (writes, flushes));
    }

    public void Dispose()
    {
        _batch.Dispose();
        _log.Dispose();
        Directory.Delete(_path, recursive: true);
    }

    private RecordLog Open() => RecordLog.Open(_folder, "counted", new LogOptions(), new TestIndexer(), TimeProvider.System, null);

    private void Append()
    {
        _batch.Begin(_log, 1);
        for (var i = 0; i < 64; i++)
        {
            _batch.Add(LogScenario.Payload(_batch.NextOffset));
            _batch.Seal(0, LogScenario.FirstTimestamp, [1, 2]);
        }

        _log.Append(_batch);
        _batch.Clear();
    }
}

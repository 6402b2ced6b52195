using Rocket.Actors.Metadata.Journal;
using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Metadata.Journal;

/// <summary>The journal writes on one thread, and on another one the broker flushes what it finds written.</summary>
public sealed class MetadataCopiesTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("rocket-metadata-copies-").FullName;
    private readonly RecordLog _log;

    public MetadataCopiesTests() =>
        _log = RecordLog.Open(new FileDirectory(_path, 16), "broker-a metadata", new LogOptions(1 << 20, 64 * 1024, CheckpointEvery: 16 * 1024), new MetadataRecordIndexer(), TimeProvider.System, _ => { });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_flushed_before_the_copies_are_told_of_it_counts_once_they_are_told(bool flushes)
    {
        var copies = MetadataCopies.None(_log, flushes);
        using var batch = new LogBatch();
        batch.Begin(_log, 1);
        batch.Add(100).Clear();
        batch.Seal(tagHash: 0, 0, keyHashes: []);
        _log.Append(batch);
        copies.Flush();
        Assert.Equal(0, copies.VisibleOffset);

        await copies.Appended(batch.Run);
        Assert.Equal(1, copies.VisibleOffset);
        copies.Flush();
    }

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_path, recursive: true);
    }
}

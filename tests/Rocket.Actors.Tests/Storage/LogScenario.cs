using Rocket.Actors.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Storage;

/// <summary>A log in a temporary folder, with the few words that the tests about it need.</summary>
internal sealed class LogScenario : IDisposable
{
    public const string Name = "TopicTest@0";
    public const long FirstTimestamp = 1_700_000_000_000;

    private readonly OpenFiles _openFiles;
    private readonly LogBatch _batch = new();

    public LogScenario(LogOptions? options = null, int maxOpenFiles = 64)
    {
        Options = options ?? new LogOptions();
        Path = Directory.CreateTempSubdirectory("rocket-storage-").FullName;
        _openFiles = new OpenFiles(maxOpenFiles);
        Root = new FileDirectory(Path, _openFiles);
        Log = Open();
    }

    public LogOptions Options { get; set; }

    public string Path { get; }

    public FileDirectory Root { get; }

    public TestIndexer Indexer { get; private set; } = new();

    public List<string> Report { get; } = [];

    public RecordLog Log { get; private set; }

    public LogReader Reader => Log.Reader;

    public string LogPath => System.IO.Path.Combine(Path, "log");

    public string[] Files => Directory.Exists(LogPath)
        ? Directory.GetFiles(LogPath).Select(file => System.IO.Path.GetFileName(file)).Order(StringComparer.Ordinal).ToArray()
        : [];

    public string FileOf(string name) => System.IO.Path.Combine(LogPath, name);

    /// <summary>Appends records in one batch; record o has timestamp first + o, tag hash o mod 3, key o mod 10 and key 1000 + o.</summary>
    public LogScenario Append(int count, int size = 100, long epoch = 1)
    {
        _batch.Begin(Log, epoch);
        Span<ulong> keys = stackalloc ulong[2];
        for (var i = 0; i < count; i++)
        {
            var offset = _batch.NextOffset;
            KeysOf(offset, keys);
            _batch.Add(Payload(offset, size));
            _batch.Seal((int)(offset % 3), FirstTimestamp + offset, keys);
        }

        Log.Append(_batch);
        _batch.Clear();
        return this;
    }

    public static byte[] Payload(long offset, int size = 100)
    {
        Span<ulong> keys = stackalloc ulong[2];
        KeysOf(offset, keys);
        return TestRecord.Make(offset, size, FirstTimestamp + offset, (int)(offset % 3), keys.ToArray());
    }

    /// <summary>Closes the files as the end of the process would, and opens the log anew. Nothing is flushed.</summary>
    public LogScenario Reopen()
    {
        Log.Dispose();
        Report.Clear();
        Indexer = new TestIndexer();
        Log = Open();
        return this;
    }

    public void Close() => Log.Dispose();

    public RecordLog Open() => RecordLog.Open(Root.Directory("log"), Name, Options, Indexer, TimeProvider.System, Report.Add);

    /// <summary>Where the record of an offset begins.</summary>
    public LogPoint PointOf(long offset)
    {
        var entry = new IndexEntry[1];
        Assert.Equal(1, Reader.ReadIndex(offset, entry));
        return new LogPoint(entry[0].Position, offset);
    }

    /// <summary>Reads every record from the minimum to the end by index and payload, and checks it.</summary>
    public void ExpectAll(long first, long end, int size = 100)
    {
        Assert.Equal(first, Log.Watermarks.MinimumOffset);
        Assert.Equal(end, Log.Watermarks.AppendedOffset);
        var entries = new IndexEntry[end - first + 1];
        Assert.Equal(end - first, Reader.ReadIndex(first, entries));
        for (var offset = first; offset < end; offset++)
        {
            var entry = entries[offset - first];
            Assert.Equal((int)(offset % 3), entry.TagHash);
            Assert.Equal(FirstTimestamp + offset, entry.StoreTimestamp);
            var payload = new byte[entry.Size];
            Reader.ReadPayload(entry, payload);
            Assert.Equal(Payload(offset, size), payload);
        }
    }

    public void Dispose()
    {
        _batch.Dispose();
        Log.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private static void KeysOf(long offset, Span<ulong> keys)
    {
        keys[0] = (ulong)(offset % 10);
        keys[1] = (ulong)(1000 + offset);
    }
}

using Rocket.Actors.Storage;

namespace Rocket.Actors.Tests.Retention;

/// <summary>A real folder on a disk that is as full as a test says.</summary>
internal sealed class SettableDisk
{
    /// <summary>Size of the disk; 0: it cannot be full.</summary>
    public long Bytes { get; set; }

    /// <summary>Used bytes beside those of the logs' records.</summary>
    public long OtherBytes { get; set; }

    /// <summary>Why it cannot be measured; null: it can.</summary>
    public IOException? Failure { get; set; }

    /// <summary>What an fsync does in the way of harm, each in its turn.</summary>
    public Queue<Action> BeforeFlush { get; } = new();

    /// <summary>What a write does in the way of harm, each in its turn.</summary>
    public Queue<Action> BeforeWrite { get; } = new();

    /// <summary>What the making of a file that is to take another's place does in the way of harm, each in its turn.</summary>
    public Queue<Action> BeforeReplacement { get; } = new();

    /// <summary>What the deletion of a segment does in the way of harm, each in its turn.</summary>
    public Queue<Action> BeforeDelete { get; } = new();

    public IStorageDirectory Over(IStorageDirectory real) => new Folder(real, real, this);

    private DiskUse? Measure(IStorageDirectory root)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        if (Bytes == 0)
        {
            return null;
        }

        var used = OtherBytes + Directory.GetFiles(root.Path, "*.log", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        return new DiskUse(used, Bytes - used);
    }

    private static void Run(Queue<Action> harms)
    {
        if (harms.TryDequeue(out var harm))
        {
            harm();
        }
    }

    private sealed class Folder(IStorageDirectory root, IStorageDirectory real, SettableDisk disk) : IStorageDirectory
    {
        public string Path => real.Path;

        public bool Exists(string name) => real.Exists(name);

        public IReadOnlyList<string> ListFiles() => real.ListFiles();

        public IReadOnlyList<string> ListDirectories() => real.ListDirectories();

        public IStorageDirectory Directory(string name) => new Folder(root, real.Directory(name), disk);

        public IStorageFile Open(string name, StorageFileMode mode)
        {
            if (name.EndsWith(".new", StringComparison.Ordinal))
            {
                Run(disk.BeforeReplacement);
            }

            return new OpenedFile(real.Open(name, mode), disk);
        }

        public void Delete(string name)
        {
            Run(disk.BeforeDelete);
            real.Delete(name);
        }

        public void DeleteDirectory(string name) => real.DeleteDirectory(name);

        public void Rename(string from, string to) => real.Rename(from, to);

        public void Sync() => real.Sync();

        public DiskUse? MeasureDisk() => disk.Measure(root);
    }

    private sealed class OpenedFile(IStorageFile real, SettableDisk disk) : IStorageFile
    {
        public long Length => real.Length;

        public int Read(Span<byte> destination, long offset) => real.Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            Run(disk.BeforeWrite);
            real.Write(source, offset);
        }

        public void Flush()
        {
            Run(disk.BeforeFlush);
            real.Flush();
        }

        public void SetLength(long length) => real.SetLength(length);

        public void Dispose() => real.Dispose();
    }
}

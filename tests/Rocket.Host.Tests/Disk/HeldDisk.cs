using Rocket.Actors.Storage;

namespace Rocket.Host.Tests.Disk;

/// <summary>A real folder with a hand on the writes and fsyncs of records; index, keys, checkpoints and folders pass untouched.</summary>
internal sealed class HeldDisk
{
    /// <summary>Ends the names of the files that hold records.</summary>
    private const string RecordFile = ".log";

    public DiskOperation Writes { get; } = new();

    public DiskOperation Flushes { get; } = new();

    /// <summary>The disk as the node sees it.</summary>
    public IStorageDirectory Over(IStorageDirectory real) => new Folder(real, this);

    public void ReleaseAll()
    {
        Writes.ReleaseAll();
        Flushes.ReleaseAll();
    }

    private sealed class Folder(IStorageDirectory real, HeldDisk disk) : IStorageDirectory
    {
        public string Path => real.Path;

        public bool Exists(string name) => real.Exists(name);

        public IReadOnlyList<string> ListFiles() => real.ListFiles();

        public IReadOnlyList<string> ListDirectories() => real.ListDirectories();

        public IStorageDirectory Directory(string name) => new Folder(real.Directory(name), disk);

        public IStorageFile Open(string name, StorageFileMode mode)
        {
            var file = real.Open(name, mode);
            return name.EndsWith(RecordFile, StringComparison.Ordinal) ? new RecordFileOf(file, System.IO.Path.Combine(Path, name), disk) : file;
        }

        public void Delete(string name) => real.Delete(name);

        public void DeleteDirectory(string name) => real.DeleteDirectory(name);

        public void Rename(string from, string to) => real.Rename(from, to);

        public void Sync() => real.Sync();
    }

    private sealed class RecordFileOf(IStorageFile real, string path, HeldDisk disk) : IStorageFile
    {
        public long Length => real.Length;

        public int Read(Span<byte> destination, long offset) => real.Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            disk.Writes.Begins(path);
            real.Write(source, offset);
            disk.Writes.Ended(path);
        }

        public void Flush()
        {
            disk.Flushes.Begins(path);
            real.Flush();
            disk.Flushes.Ended(path);
        }

        public void SetLength(long length) => real.SetLength(length);

        public void Dispose() => real.Dispose();
    }
}

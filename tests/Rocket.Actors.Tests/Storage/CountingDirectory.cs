using Rocket.Actors.Storage;

namespace Rocket.Actors.Tests.Storage;

/// <summary>Passes everything on and counts what reaches files.</summary>
internal sealed class CountingDirectory(IStorageDirectory inner) : IStorageDirectory
{
    public int Reads { get; private set; }

    public int Writes { get; private set; }

    public int Flushes { get; private set; }

    public string Path => inner.Path;

    public bool Exists(string name) => inner.Exists(name);

    public IReadOnlyList<string> ListFiles() => inner.ListFiles();

    public IReadOnlyList<string> ListDirectories() => inner.ListDirectories();

    public IStorageDirectory Directory(string name) => inner.Directory(name);

    public IStorageFile Open(string name, StorageFileMode mode) => new CountingFile(this, inner.Open(name, mode));

    public void Delete(string name) => inner.Delete(name);

    public void DeleteDirectory(string name) => inner.DeleteDirectory(name);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Sync() => inner.Sync();

    /// <summary>What an action does to files.</summary>
    public (int Reads, int Writes, int Flushes) During(Action action)
    {
        var before = (Reads, Writes, Flushes);
        action();
        return (Reads - before.Reads, Writes - before.Writes, Flushes - before.Flushes);
    }

    private sealed class CountingFile(CountingDirectory counts, IStorageFile inner) : IStorageFile
    {
        public long Length => inner.Length;

        public int Read(Span<byte> destination, long offset)
        {
            counts.Reads++;
            return inner.Read(destination, offset);
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            counts.Writes++;
            inner.Write(source, offset);
        }

        public void Flush()
        {
            counts.Flushes++;
            inner.Flush();
        }

        public void SetLength(long length) => inner.SetLength(length);

        public void Dispose() => inner.Dispose();
    }
}

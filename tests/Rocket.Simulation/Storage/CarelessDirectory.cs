using Rocket.Actors.Storage;

namespace Rocket.Simulation.Storage;

/// <summary>What a broken storage layer would leave out.</summary>
internal enum Carelessness
{
    None,

    /// <summary>fsync of files does nothing.</summary>
    DropsFlushes,

    /// <summary>fsync of folders does nothing.</summary>
    DropsSyncs,

    /// <summary>A failed fsync is tried again, and the second success believed.</summary>
    RetriesFlushes,

    /// <summary>Files are never cut.</summary>
    KeepsTails,

    /// <summary>Every tenth write to an open file is lost.</summary>
    LosesWrites,
}

/// <summary>Passes everything on but for one thing. Exists to show that the checker notices.</summary>
internal sealed class CarelessDirectory(IStorageDirectory inner, Carelessness carelessness) : IStorageDirectory
{
    private readonly IStorageDirectory inner = inner;
    private readonly Carelessness carelessness = carelessness;

    public string Path => inner.Path;

    public bool Exists(string name) => inner.Exists(name);

    public IReadOnlyList<string> ListFiles() => inner.ListFiles();

    public IReadOnlyList<string> ListDirectories() => inner.ListDirectories();

    public IStorageDirectory Directory(string name) => new CarelessDirectory(inner.Directory(name), carelessness);

    public IStorageFile Open(string name, StorageFileMode mode) => new CarelessFile(inner.Open(name, mode), carelessness);

    public void Delete(string name) => inner.Delete(name);

    public void DeleteDirectory(string name) => inner.DeleteDirectory(name);

    public void Rename(string from, string to) => inner.Rename(from, to);

    public void Sync()
    {
        if (carelessness != Carelessness.DropsSyncs)
            inner.Sync();
    }

    private sealed class CarelessFile(IStorageFile inner, Carelessness carelessness) : IStorageFile
    {
        private int writes;

        public long Length => inner.Length;

        public int Read(Span<byte> destination, long offset) => inner.Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            if (carelessness != Carelessness.LosesWrites || ++writes % 10 != 0)
                inner.Write(source, offset);
        }

        public void Flush()
        {
            if (carelessness == Carelessness.DropsFlushes)
                return;
            try
            {
                inner.Flush();
            }
            catch (IOException) when (carelessness == Carelessness.RetriesFlushes)
            {
                inner.Flush();
            }
        }

        public void SetLength(long length)
        {
            if (carelessness != Carelessness.KeepsTails || length >= inner.Length)
                inner.SetLength(length);
        }

        public void Dispose() => inner.Dispose();
    }
}

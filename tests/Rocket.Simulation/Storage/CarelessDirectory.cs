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
    private readonly IStorageDirectory _inner = inner;
    private readonly Carelessness _carelessness = carelessness;

    public string Path => _inner.Path;

    public bool Exists(string name) => _inner.Exists(name);

    public IReadOnlyList<string> ListFiles() => _inner.ListFiles();

    public IReadOnlyList<string> ListDirectories() => _inner.ListDirectories();

    public IStorageDirectory Directory(string name) => new CarelessDirectory(_inner.Directory(name), _carelessness);

    public IStorageFile Open(string name, StorageFileMode mode) => new CarelessFile(_inner.Open(name, mode), _carelessness);

    public void Delete(string name) => _inner.Delete(name);

    public void DeleteDirectory(string name) => _inner.DeleteDirectory(name);

    public void Rename(string from, string to) => _inner.Rename(from, to);

    public void Sync()
    {
        if (_carelessness != Carelessness.DropsSyncs)
        {
            _inner.Sync();
        }
    }

    private sealed class CarelessFile(IStorageFile inner, Carelessness carelessness) : IStorageFile
    {
        private int _writes;

        public long Length => inner.Length;

        public int Read(Span<byte> destination, long offset) => inner.Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            if (carelessness != Carelessness.LosesWrites || ++_writes % 10 != 0)
            {
                inner.Write(source, offset);
            }
        }

        public void Flush()
        {
            if (carelessness == Carelessness.DropsFlushes)
            {
                return;
            }

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
            {
                inner.SetLength(length);
            }
        }

        public void Dispose() => inner.Dispose();
    }
}

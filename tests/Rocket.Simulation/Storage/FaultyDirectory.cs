using Rocket.Actors.Storage;

namespace Rocket.Simulation.Storage;

/// <summary>A folder of a <see cref="SimulatedDisk"/>, as one process sees it.</summary>
internal sealed class FaultyDirectory : IStorageDirectory
{
    private readonly SimulatedDisk _disk;
    private readonly FaultyDirectory? _parent;
    private readonly int _generation;
    private SimulatedFolder? _folder;

    public FaultyDirectory(SimulatedDisk disk, SimulatedFolder? folder, string path, FaultyDirectory? parent)
    {
        _disk = disk;
        _folder = folder;
        _parent = parent;
        _generation = disk.Generation;
        Path = path;
    }

    public string Path { get; }

    private string Name => System.IO.Path.GetFileName(Path);

    public bool Exists(string name) => Found() is { } here && here.Names.ContainsKey(name);

    public IReadOnlyList<string> ListFiles() => [.. List<SimulatedFile>()];

    public IReadOnlyList<string> ListDirectories() => [.. List<SimulatedFolder>()];

    public IStorageDirectory Directory(string name) => new FaultyDirectory(_disk, null, $"{Path}/{name}", this);

    public IStorageFile Open(string name, StorageFileMode mode)
    {
        if (Found()?.Names.GetValueOrDefault(name) is SimulatedFile existing)
        {
            return mode == StorageFileMode.CreateNew ? throw new IOException($"{Path}/{name} exists") : new FaultyFile(this, existing);
        }

        if (mode == StorageFileMode.OpenExisting)
        {
            throw new FileNotFoundException($"{Path}/{name}");
        }

        _disk.BeforeChange(createsSomething: true);
        var created = new SimulatedFile(_disk.PageSize, _disk.SectorSize);
        Created().Add(name, created);
        return new FaultyFile(this, created);
    }

    public void Delete(string name)
    {
        _disk.BeforeChange(createsSomething: false);
        Found()?.Delete(name);
    }

    public void DeleteDirectory(string name) => Delete(name);

    public void Rename(string from, string to)
    {
        _disk.BeforeChange(createsSomething: false);
        Created().Rename(from, to);
    }

    public void Sync()
    {
        _disk.BeforeChange(createsSomething: false);
        Found()?.Sync();
        _parent?.Sync();
    }

    /// <summary>The file itself, to damage it.</summary>
    public SimulatedFile FileOf(string name) => (SimulatedFile)Created().Names[name];

    private IEnumerable<string> List<T>() =>
        Found() is { } here ? here.Names.Where(entry => entry.Value is T).Select(entry => entry.Key) : [];

    private SimulatedFolder? Found() => _folder ??= _parent?.Found()?.Names.GetValueOrDefault(Name) as SimulatedFolder;

    private SimulatedFolder Created()
    {
        if (Found() is { } found)
        {
            return found;
        }

        _folder = new SimulatedFolder();
        _parent!.Created().Add(Name, _folder);
        return _folder;
    }

    private void CheckAlive()
    {
        if (_disk.IsDown || _disk.Generation != _generation)
        {
            throw new SimulatedCrashException();
        }
    }

    private sealed class FaultyFile(FaultyDirectory directory, SimulatedFile file) : IStorageFile
    {
        private bool _disposed;

        public long Length => Checked().Length;

        public int Read(Span<byte> destination, long offset) => Checked().Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset) => directory._disk.Write(Checked(), source, offset);

        public void Flush() => directory._disk.Flush(Checked());

        public void SetLength(long length)
        {
            var changed = Checked();
            directory._disk.BeforeChange(createsSomething: length > changed.Length);
            changed.SetLength(length);
        }

        public void Dispose() => _disposed = true;

        private SimulatedFile Checked()
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            directory.CheckAlive();
            return file;
        }
    }
}

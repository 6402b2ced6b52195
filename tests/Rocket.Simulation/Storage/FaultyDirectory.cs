using Rocket.Actors.Storage;

namespace Rocket.Simulation.Storage;

/// <summary>A folder of a <see cref="SimulatedDisk"/>, as one process sees it.</summary>
internal sealed class FaultyDirectory : IStorageDirectory
{
    private readonly SimulatedDisk disk;
    private readonly FaultyDirectory? parent;
    private readonly int generation;
    private SimulatedFolder? folder;

    public FaultyDirectory(SimulatedDisk disk, SimulatedFolder? folder, string path, FaultyDirectory? parent)
    {
        this.disk = disk;
        this.folder = folder;
        this.parent = parent;
        generation = disk.Generation;
        Path = path;
    }

    public string Path { get; }

    private string Name => System.IO.Path.GetFileName(Path);

    public bool Exists(string name) => Found() is { } here && here.Names.ContainsKey(name);

    public IReadOnlyList<string> ListFiles() => [.. List<SimulatedFile>()];

    public IReadOnlyList<string> ListDirectories() => [.. List<SimulatedFolder>()];

    public IStorageDirectory Directory(string name) => new FaultyDirectory(disk, null, $"{Path}/{name}", this);

    public IStorageFile Open(string name, StorageFileMode mode)
    {
        if (Found()?.Names.GetValueOrDefault(name) is SimulatedFile existing)
            return mode == StorageFileMode.CreateNew ? throw new IOException($"{Path}/{name} exists") : new FaultyFile(this, existing);
        if (mode == StorageFileMode.OpenExisting)
            throw new FileNotFoundException($"{Path}/{name}");
        disk.BeforeChange(createsSomething: true);
        var created = new SimulatedFile(disk.PageSize, disk.SectorSize);
        Created().Add(name, created);
        return new FaultyFile(this, created);
    }

    public void Delete(string name)
    {
        disk.BeforeChange(createsSomething: false);
        Found()?.Delete(name);
    }

    public void DeleteDirectory(string name) => Delete(name);

    public void Rename(string from, string to)
    {
        disk.BeforeChange(createsSomething: false);
        Created().Rename(from, to);
    }

    public void Sync()
    {
        disk.BeforeChange(createsSomething: false);
        Found()?.Sync();
        parent?.Sync();
    }

    /// <summary>The file itself, to damage it.</summary>
    public SimulatedFile FileOf(string name) => (SimulatedFile)Created().Names[name];

    private IEnumerable<string> List<T>() =>
        Found() is { } here ? here.Names.Where(entry => entry.Value is T).Select(entry => entry.Key) : [];

    private SimulatedFolder? Found() => folder ??= parent?.Found()?.Names.GetValueOrDefault(Name) as SimulatedFolder;

    private SimulatedFolder Created()
    {
        if (Found() is { } found)
            return found;
        folder = new SimulatedFolder();
        parent!.Created().Add(Name, folder);
        return folder;
    }

    private void CheckAlive()
    {
        if (disk.IsDown || disk.Generation != generation)
            throw new SimulatedCrashException();
    }

    private sealed class FaultyFile(FaultyDirectory directory, SimulatedFile file) : IStorageFile
    {
        private bool disposed;

        public long Length => Checked().Length;

        public int Read(Span<byte> destination, long offset) => Checked().Read(destination, offset);

        public void Write(ReadOnlySpan<byte> source, long offset) => directory.disk.Write(Checked(), source, offset);

        public void Flush() => directory.disk.Flush(Checked());

        public void SetLength(long length)
        {
            var changed = Checked();
            directory.disk.BeforeChange(createsSomething: length > changed.Length);
            changed.SetLength(length);
        }

        public void Dispose() => disposed = true;

        private SimulatedFile Checked()
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            directory.CheckAlive();
            return file;
        }
    }
}

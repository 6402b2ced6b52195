using System.Text;

namespace Rocket.Actors.Storage;

/// <summary>A folder of the file system. With <see cref="OpenFiles"/>, which it hands every opening to, the only class that opens files.</summary>
public sealed class FileDirectory : IStorageDirectory
{
    /// <summary>A reader goes through one file after the other.</summary>
    private const int HandlesForReading = 16;

    private readonly OpenFiles _openFiles;
    private readonly FileDirectory? _parent;
    private volatile bool _ownNameSynced;

    /// <param name="path">The folder; created with its first file.</param>
    /// <param name="openFiles">Handles to share with every other folder of the node.</param>
    public FileDirectory(string path, OpenFiles openFiles)
    {
        ArgumentNullException.ThrowIfNull(openFiles);
        Path = System.IO.Path.GetFullPath(path);
        _openFiles = openFiles;
    }

    /// <param name="path">The folder; created with its first file.</param>
    /// <param name="maxOpenFiles">Handles that this folder and those within may keep open at once.</param>
    public FileDirectory(string path, int maxOpenFiles)
        : this(path, new OpenFiles(maxOpenFiles))
    {
    }

    private FileDirectory(FileDirectory parent, string path)
    {
        _parent = parent;
        _openFiles = parent._openFiles;
        Path = path;
    }

    public string Path { get; }

    private bool IsCreated => System.IO.Directory.Exists(Path);

    /// <summary>A folder that is only looked at: whatever would change the disk throws <see cref="UnauthorizedAccessException"/>.</summary>
    public static FileDirectory ForReading(string path) => new(path, new OpenFiles(HandlesForReading, FileAccess.Read));

    /// <summary>Identity of this run of the machine: changes with every boot, all zero where the system does not say (other than Linux).</summary>
    /// <param name="file">Where the system tells it.</param>
    public static Guid BootId(string file = "/proc/sys/kernel/random/boot_id")
    {
        if (!File.Exists(file))
        {
            return Guid.Empty;
        }

        return Guid.TryParse(File.ReadAllText(file, Encoding.ASCII).Trim(), out var id) ? id : Guid.Empty;
    }

    public bool Exists(string name)
    {
        var path = PathOf(name);
        return File.Exists(path) || System.IO.Directory.Exists(path);
    }

    public IReadOnlyList<string> ListFiles() => IsCreated ? Names(System.IO.Directory.EnumerateFiles(Path)) : [];

    public IReadOnlyList<string> ListDirectories() => IsCreated ? Names(System.IO.Directory.EnumerateDirectories(Path)) : [];

    public IStorageDirectory Directory(string name) => new FileDirectory(this, PathOf(name));

    public IStorageFile Open(string name, StorageFileMode mode)
    {
        var path = PathOf(name);
        if (mode != StorageFileMode.OpenExisting && !IsCreated)
        {
            _openFiles.ThrowIfReadOnly(path);
            System.IO.Directory.CreateDirectory(Path);
        }

        return new StorageFile(_openFiles, _openFiles.Open(path, ModeOf(mode)));
    }

    public void Delete(string name) => _openFiles.Delete(PathOf(name));

    public void DeleteDirectory(string name) => _openFiles.DeleteDirectory(PathOf(name));

    public void MoveDirectory(string name, IStorageDirectory to, string newName)
    {
        if (to is not FileDirectory target || target._openFiles != _openFiles)
        {
            FolderMove.ByCopying(this, name, to, newName);
            return;
        }

        _openFiles.ThrowIfReadOnly(target.Path);
        System.IO.Directory.CreateDirectory(target.Path);
        _openFiles.MoveDirectory(PathOf(name), target.PathOf(newName));
        target.Sync();
        Sync();
    }

    public void Rename(string from, string to) => _openFiles.Rename(PathOf(from), PathOf(to));

    public void Sync()
    {
        if (!IsCreated)
        {
            return;
        }

        DirectoryFlush.Flush(Path);
        if (_parent is null || _ownNameSynced)
        {
            return;
        }

        _parent.Sync();
        _ownNameSynced = true;
    }

    public DiskUse? MeasureDisk()
    {
        // A folder that is not made yet is on the disk of the one that it will be in.
        var existing = Path;
        while (!System.IO.Directory.Exists(existing) && System.IO.Path.GetDirectoryName(existing) is { } above)
        {
            existing = above;
        }

        var disk = new DriveInfo(OperatingSystem.IsWindows() ? System.IO.Path.GetPathRoot(existing)! : existing);
        return new DiskUse(disk.TotalSize - disk.TotalFreeSpace, disk.AvailableFreeSpace);
    }

    private static FileMode ModeOf(StorageFileMode mode) => mode switch
    {
        StorageFileMode.OpenExisting => FileMode.Open,
        StorageFileMode.CreateNew => FileMode.CreateNew,
        StorageFileMode.OpenOrCreate => FileMode.OpenOrCreate,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    private static string[] Names(IEnumerable<string> paths)
    {
        var names = paths.Select(path => System.IO.Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private string PathOf(string name) => System.IO.Path.Combine(Path, StorageNames.Checked(name));

    private sealed class StorageFile(OpenFiles openFiles, OpenFile file) : IStorageFile
    {
        private int _disposed;

        public long Length
        {
            get
            {
                var handle = Lease();
                try
                {
                    return RandomAccess.GetLength(handle);
                }
                finally
                {
                    file.Release();
                }
            }
        }

        public int Read(Span<byte> destination, long offset)
        {
            var handle = Lease();
            try
            {
                var total = 0;
                while (total < destination.Length)
                {
                    var read = RandomAccess.Read(handle, destination[total..], offset + total);
                    if (read == 0)
                    {
                        break;
                    }

                    total += read;
                }

                return total;
            }
            finally
            {
                file.Release();
            }
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            openFiles.ThrowIfReadOnly(file.Path);
            var handle = Lease();
            try
            {
                file.MarkUnflushed();
                RandomAccess.Write(handle, source, offset);
            }
            finally
            {
                file.Release();
            }
        }

        public void Flush()
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            file.Flush();
        }

        public void SetLength(long length)
        {
            openFiles.ThrowIfReadOnly(file.Path);
            var handle = Lease();
            try
            {
                file.MarkUnflushed();
                RandomAccess.SetLength(handle, length);
            }
            finally
            {
                file.Release();
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                openFiles.Return(file);
            }
        }

        private Microsoft.Win32.SafeHandles.SafeFileHandle Lease()
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            return file.Lease();
        }
    }
}

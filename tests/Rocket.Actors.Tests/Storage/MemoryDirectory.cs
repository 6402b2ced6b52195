using Rocket.Actors.Storage;

namespace Rocket.Actors.Tests.Storage;

/// <summary>What a <see cref="MemoryDirectory"/> refuses to do; each decides by the file's name. May be changed at any time, from any thread.</summary>
internal sealed class DiskFaults
{
    private static readonly Predicate<string> Never = static _ => false;

    public Predicate<string> Write { get; set; } = Never;

    public Predicate<string> Flush { get; set; } = Never;

    public Predicate<string> Open { get; set; } = Never;

    /// <summary>Decides by the folder's path.</summary>
    public Predicate<string> Sync { get; set; } = Never;

    /// <summary>Runs before each flush of a file: a test lets it wait.</summary>
    public Action<string> BeforeFlush { get; set; } = static _ => { };

    /// <summary>Runs before each read of a file.</summary>
    public Action<string> BeforeRead { get; set; } = static _ => { };

    public void None() => Write = Flush = Open = Sync = Never;

    /// <summary>Every write to such files fails.</summary>
    public static Predicate<string> Of(string suffix) => name => name.EndsWith(suffix, StringComparison.Ordinal);
}

/// <summary>Folders in memory that last as long as the test, and fail as it says.</summary>
internal sealed class MemoryDirectory : IStorageDirectory
{
    private readonly Dictionary<string, Node> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemoryDirectory> _folders = new(StringComparer.Ordinal);
    private readonly Lock _gate;

    public MemoryDirectory()
        : this("/memory", new DiskFaults(), new Lock())
    {
    }

    private MemoryDirectory(string path, DiskFaults faults, Lock gate) => (Path, Faults, _gate) = (path, faults, gate);

    public DiskFaults Faults { get; }

    public string Path { get; }

    public bool Exists(string name)
    {
        lock (_gate)
        {
            return _files.ContainsKey(name) || (_folders.TryGetValue(name, out var folder) && (folder._files.Count > 0 || folder._folders.Count > 0));
        }
    }

    public IReadOnlyList<string> ListFiles()
    {
        lock (_gate)
        {
            return [.. _files.Keys.Order(StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<string> ListDirectories()
    {
        lock (_gate)
        {
            return [.. _folders.Keys.Order(StringComparer.Ordinal)];
        }
    }

    IStorageDirectory IStorageDirectory.Directory(string name) => Directory(name);

    public MemoryDirectory Directory(string name)
    {
        lock (_gate)
        {
            if (!_folders.TryGetValue(name, out var folder))
            {
                _folders.Add(name, folder = new MemoryDirectory($"{Path}/{name}", Faults, _gate));
            }

            return folder;
        }
    }

    public IStorageFile Open(string name, StorageFileMode mode)
    {
        if (Faults.Open(name))
        {
            throw new IOException($"Too many open files: {Path}/{name}");
        }

        lock (_gate)
        {
            var isThere = _files.TryGetValue(name, out var node);
            if (mode == StorageFileMode.OpenExisting && !isThere)
            {
                throw new FileNotFoundException($"{Path}/{name}");
            }

            if (mode == StorageFileMode.CreateNew && isThere)
            {
                throw new IOException($"{Path}/{name} exists");
            }

            if (node is null)
            {
                _files.Add(name, node = new Node());
            }

            return new MemoryFile(this, node, name);
        }
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            _files.Remove(name);
        }
    }

    public void DeleteDirectory(string name)
    {
        lock (_gate)
        {
            _folders.Remove(name);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            _files.Remove(from, out var node);
            _files[to] = node!;
        }
    }

    public void Sync()
    {
        if (Faults.Sync(Path))
        {
            throw new IOException($"Input/output error: {Path}");
        }
    }

    /// <summary>Changes one byte of a file, as a disk may.</summary>
    public void Flip(string name, long place)
    {
        lock (_gate)
        {
            _files[name].Bytes[place] ^= 1;
        }
    }

    private sealed class Node
    {
        public byte[] Bytes { get; set; } = [];

        public long Length { get; set; }
    }

    private sealed class MemoryFile(MemoryDirectory folder, Node node, string name) : IStorageFile
    {
        private bool _disposed;

        public long Length
        {
            get
            {
                lock (folder._gate)
                {
                    return node.Length;
                }
            }
        }

        public int Read(Span<byte> destination, long offset)
        {
            folder.Faults.BeforeRead(name);
            lock (folder._gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                var count = (int)Math.Clamp(node.Length - offset, 0, destination.Length);
                node.Bytes.AsSpan((int)Math.Min(offset, node.Length), count).CopyTo(destination);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> source, long offset)
        {
            if (folder.Faults.Write(name))
            {
                throw new IOException($"No space left on device: {folder.Path}/{name}");
            }

            lock (folder._gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                Grow(offset + source.Length);
                source.CopyTo(node.Bytes.AsSpan((int)offset));
            }
        }

        public void Flush()
        {
            folder.Faults.BeforeFlush(name);
            if (folder.Faults.Flush(name))
            {
                throw new IOException($"Input/output error: {folder.Path}/{name}");
            }

            ObjectDisposedException.ThrowIf(_disposed, this);
        }

        public void SetLength(long length)
        {
            lock (folder._gate)
            {
                Grow(length);
                node.Bytes.AsSpan((int)length).Clear();
                node.Length = length;
            }
        }

        public void Dispose() => _disposed = true;

        private void Grow(long length)
        {
            if (node.Bytes.Length < length)
            {
                var grown = new byte[Math.Max(length, 2L * node.Bytes.Length)];
                node.Bytes.CopyTo(grown, 0);
                node.Bytes = grown;
            }

            node.Length = Math.Max(node.Length, length);
        }
    }
}

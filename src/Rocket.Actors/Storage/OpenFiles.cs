using Microsoft.Win32.SafeHandles;

namespace Rocket.Actors.Storage;

/// <summary>
/// The file handles of a node, bounded: the least recently used ones (second chance) are closed and opened again on demand. A handle in
/// use is never closed, so the bound may be passed by as many as there are threads reading or writing at once.
/// </summary>
public sealed class OpenFiles
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, OpenFile> _files = new(StringComparer.Ordinal);
    private readonly List<OpenFile> _open = [];
    private readonly int _maxOpenFiles;
    private readonly FileAccess _access;
    private int _hand;

    /// <param name="maxOpenFiles">Handles open at once, at least 1.</param>
    /// <param name="access">What the files may be used for; with <see cref="FileAccess.Read"/> nothing can be changed, made or deleted.</param>
    public OpenFiles(int maxOpenFiles, FileAccess access = FileAccess.ReadWrite)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxOpenFiles);
        _maxOpenFiles = maxOpenFiles;
        _access = access;
    }

    /// <summary>Handles that are open now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>For everything that changes the disk.</summary>
    /// <exception cref="UnauthorizedAccessException">The files were opened for reading only.</exception>
    internal void ThrowIfReadOnly(string path)
    {
        if (_access == FileAccess.Read)
        {
            throw new UnauthorizedAccessException($"{path} is opened for reading only");
        }
    }

    internal OpenFile Open(string path, FileMode mode)
    {
        if (mode != FileMode.Open)
        {
            ThrowIfReadOnly(path);
        }

        lock (_gate)
        {
            if (_files.TryGetValue(path, out var file))
            {
                if (mode == FileMode.CreateNew)
                {
                    throw new IOException($"{path} exists already");
                }

                file.Holders++;
                return file;
            }

            file = new OpenFile(this, path);
            file.OpenLeased(OpenHandle(path, mode));
            _open.Add(file);
            file.Release();
            file.Holders = 1;
            _files.Add(path, file);
            return file;
        }
    }

    /// <summary>The handle of a closed file, with a lease.</summary>
    internal SafeFileHandle Reopen(OpenFile file)
    {
        lock (_gate)
        {
            if (file.IsOpen)
            {
                return file.LeaseOpen();
            }

            if (file.Gone)
            {
                throw new FileNotFoundException($"{file.Path} was deleted or replaced while it was open", file.Path);
            }

            var handle = file.OpenLeased(OpenHandle(file.Path, FileMode.Open));
            _open.Add(file);
            return handle;
        }
    }

    internal void Return(OpenFile file)
    {
        lock (_gate)
        {
            if (--file.Holders > 0)
            {
                return;
            }

            if (!file.Gone)
            {
                _files.Remove(file.Path);
            }

            file.Abandon();
            Close(file);
        }
    }

    internal void CloseAbandoned(OpenFile file)
    {
        lock (_gate)
        {
            Close(file);
        }
    }

    internal void Delete(string path)
    {
        ThrowIfReadOnly(path);
        lock (_gate)
        {
            File.Delete(path);
            Forget(path);
        }
    }

    internal void DeleteDirectory(string path)
    {
        ThrowIfReadOnly(path);
        lock (_gate)
        {
            Directory.Delete(path, recursive: true);
            ForgetInside(path);
        }
    }

    internal void MoveDirectory(string from, string to)
    {
        ThrowIfReadOnly(from);
        lock (_gate)
        {
            Directory.Move(from, to);
            ForgetInside(from);
        }
    }

    internal void Rename(string from, string to)
    {
        ThrowIfReadOnly(from);
        lock (_gate)
        {
            File.Move(from, to, overwrite: true);
            Forget(to);
            if (!_files.Remove(from, out var moved))
            {
                return;
            }

            moved.Path = to;
            _files.Add(to, moved);
        }
    }

    private void ForgetInside(string folder)
    {
        var prefix = folder + Path.DirectorySeparatorChar;
        foreach (var inside in _files.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToArray())
        {
            Forget(inside);
        }
    }

    private void Forget(string path)
    {
        if (_files.Remove(path, out var file))
        {
            file.Gone = true;
        }
    }

    private SafeFileHandle OpenHandle(string path, FileMode mode)
    {
        if (_open.Count >= _maxOpenFiles)
        {
            MakeRoom();
        }

        return File.OpenHandle(path, mode, _access, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Closes a sixteenth of the handles at once, so that one sweep serves many openings. Flushed files go first: they close for free.</summary>
    private void MakeRoom()
    {
        var wanted = _open.Count - _maxOpenFiles + Math.Max(1, _maxOpenFiles / 16);
        wanted -= Sweep(wanted, unflushedToo: false);
        if (wanted > 0)
        {
            Sweep(wanted, unflushedToo: true);
        }
    }

    private int Sweep(int wanted, bool unflushedToo)
    {
        var closed = 0;
        for (var steps = 2 * _open.Count; steps > 0 && closed < wanted; steps--)
        {
            if (_hand >= _open.Count)
            {
                _hand = 0;
            }

            var file = _open[_hand];
            if (file.RecentlyUsed)
            {
                file.RecentlyUsed = false;
            }
            else if ((unflushedToo || !file.Unflushed) && file.TryClose())
            {
                RemoveAt(_hand);
                closed++;
                continue;
            }

            _hand++;
        }

        return closed;
    }

    private void Close(OpenFile file)
    {
        if (file.TryClose())
        {
            RemoveAt(_open.IndexOf(file));
        }
    }

    private void RemoveAt(int index)
    {
        _open[index] = _open[^1];
        _open.RemoveAt(_open.Count - 1);
    }
}

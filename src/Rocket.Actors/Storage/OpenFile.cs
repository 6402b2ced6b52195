using Microsoft.Win32.SafeHandles;

namespace Rocket.Actors.Storage;

/// <summary>
/// One file on disk, shared by all who opened it. Its handle may be closed by <see cref="OpenFiles"/> while nobody has a lease on it,
/// and is opened again by the next lease.
/// </summary>
internal sealed class OpenFile(OpenFiles cache, string path)
{
    private const int Closed = -1;

    private int _leases = Closed;
    private SafeFileHandle? _handle;
    private volatile Exception? _flushFailure;
    private volatile bool _abandoned;
    private volatile bool _recentlyUsed;
    private volatile bool _unflushed;

    /// <summary>Where the file is now; guarded by the cache's lock, like the three below.</summary>
    public string Path { get; set; } = path;

    /// <summary>How many have opened the file and not yet disposed it.</summary>
    public int Holders { get; set; }

    /// <summary>Deleted, or replaced by a rename: a closed handle can't be opened again.</summary>
    public bool Gone { get; set; }

    public bool IsOpen => Volatile.Read(ref _leases) != Closed;

    /// <summary>Second chance: a file used since the last sweep is passed over once.</summary>
    public bool RecentlyUsed { get => _recentlyUsed; set => _recentlyUsed = value; }

    public bool Unflushed => _unflushed;

    /// <summary>Takes a lease; the handle stays open until <see cref="Release"/>.</summary>
    public SafeFileHandle Lease()
    {
        while (true)
        {
            var count = Volatile.Read(ref _leases);
            if (count == Closed)
            {
                return cache.Reopen(this);
            }

            if (Interlocked.CompareExchange(ref _leases, count + 1, count) != count)
            {
                continue;
            }

            if (!_recentlyUsed)
            {
                _recentlyUsed = true;
            }

            return _handle!;
        }
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0 && _abandoned)
        {
            cache.CloseAbandoned(this);
        }
    }

    public void MarkUnflushed()
    {
        if (!_unflushed)
        {
            _unflushed = true;
        }
    }

    /// <summary>fsync. The kernel forgets a failed one, so this class remembers it for as long as anyone holds the file.</summary>
    public void Flush()
    {
        if (_flushFailure is { } earlier)
        {
            throw new IOException($"{Path}: an earlier fsync failed, what it covered may be lost", earlier);
        }

        var leased = Lease();
        try
        {
            Flush(leased);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Under the cache's lock, while closed: takes the handle and one lease.</summary>
    public SafeFileHandle OpenLeased(SafeFileHandle opened)
    {
        _handle = opened;
        _recentlyUsed = true;
        Volatile.Write(ref _leases, 1);
        return opened;
    }

    /// <summary>Under the cache's lock, where nobody else closes: a lease on a handle that turned out to be open.</summary>
    public SafeFileHandle LeaseOpen()
    {
        Interlocked.Increment(ref _leases);
        return _handle!;
    }

    /// <summary>Under the cache's lock: no holder is left, the last lease closes the handle.</summary>
    public void Abandon() => _abandoned = true;

    /// <summary>Under the cache's lock: closes the handle unless someone has a lease on it.</summary>
    public bool TryClose()
    {
        if (Interlocked.CompareExchange(ref _leases, Closed, 0) != 0)
        {
            return false;
        }
        // A write-back error that happens while nobody has the file open would be reported to nobody: flush before closing.
        if (_unflushed && !_abandoned && _flushFailure is null)
        {
            FlushBeforeClose(_handle!);
        }

        _handle!.Dispose();
        _handle = null;
        return true;
    }

    private void FlushBeforeClose(SafeFileHandle leased)
    {
        try
        {
            Flush(leased);
        }
        catch (IOException)
        {
            // Kept in flushFailure: the writer's next Flush throws it. Who needed a free handle is not to blame.
        }
    }

    private void Flush(SafeFileHandle leased)
    {
        _unflushed = false;
        try
        {
            RandomAccess.FlushToDisk(leased);
        }
        catch (Exception failure)
        {
            _flushFailure = failure;
            throw;
        }
    }
}

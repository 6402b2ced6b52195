using System.IO.Hashing;
using System.Text;

namespace Rocket.Actors.Storage;

/// <summary>
/// The folder of one log, aware of names in it that are not durable yet. The writer makes names; it and the flusher make them durable, each
/// waiting for the other.
/// </summary>
internal sealed class LogFolder
{
    private readonly Lock _gate = new();
    private volatile bool _unsyncedNames;
    private Exception? _syncFailure;

    public LogFolder(IStorageDirectory directory, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Directory = directory;
        Name = name;
        Identity = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>The log's name, for people.</summary>
    public string Name { get; }

    /// <summary>The log's name, hashed: stands in every file of the log.</summary>
    public UInt128 Identity { get; }

    public IStorageDirectory Directory { get; }

    /// <summary>Where a file of the log is, for messages to people.</summary>
    public string PathOf(string fileName) => System.IO.Path.Combine(Directory.Path, fileName);

    public IStorageFile Open(string fileName, StorageFileMode mode)
    {
        var file = Directory.Open(fileName, mode);
        if (mode != StorageFileMode.OpenExisting)
        {
            _unsyncedNames = true;
        }

        return file;
    }

    public void Delete(string fileName)
    {
        Directory.Delete(fileName);
        _unsyncedNames = true;
    }

    /// <summary>Gives a finished file its real name.</summary>
    public void Finish(string fileName)
    {
        Directory.Rename(fileName + StorageNames.UnfinishedSuffix, fileName);
        _unsyncedNames = true;
    }

    /// <summary>Says that nothing is known of what is durable: an earlier process may have failed to sync and ended.</summary>
    public void AssumeUnsynced() => _unsyncedNames = true;

    /// <summary>Returns once every name made or removed so far is durable, and the folder itself. After one failure every later call fails too.</summary>
    public void SyncNames()
    {
        lock (_gate)
        {
            if (_syncFailure is { } earlier)
            {
                throw new IOException($"{Directory.Path}: an earlier fsync of the folder failed, names in it may be lost", earlier);
            }

            if (!_unsyncedNames)
            {
                return;
            }
            // Cleared first: a name made meanwhile sets it again, and is then synced twice rather than never.
            _unsyncedNames = false;
            try
            {
                Fsync.Of(Directory);
            }
            catch (Exception failure)
            {
                _syncFailure = failure;
                throw;
            }
        }
    }
}

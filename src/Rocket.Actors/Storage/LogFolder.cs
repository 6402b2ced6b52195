using System.IO.Hashing;
using System.Text;

namespace Rocket.Actors.Storage;

/// <summary>
/// The folder of one log within its parent: made at the first record, and aware of names that are not durable yet. Names are made
/// by the writer and made durable by the flusher.
/// </summary>
internal sealed class LogFolder
{
    private readonly IStorageDirectory parent;
    private volatile IStorageDirectory? directory;
    private volatile bool unsyncedNames;
    private volatile bool unsyncedFolder;

    public LogFolder(IStorageDirectory parent, string name)
    {
        this.parent = parent;
        Name = StorageNames.Checked(name);
        Identity = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(name));
        if (parent.Exists(name))
            directory = parent.Directory(name);
    }

    /// <summary>The log's name, which is the folder's.</summary>
    public string Name { get; }

    /// <summary>Stands in every file of the log.</summary>
    public UInt128 Identity { get; }

    public bool Exists => directory is not null;

    /// <summary>The folder; created when it is missing.</summary>
    public IStorageDirectory Directory => directory ??= parent.Directory(Name);

    /// <summary>Where a file of the log is, for messages to people.</summary>
    public string PathOf(string fileName) => System.IO.Path.Combine(parent.Path, Name, fileName);

    public IStorageFile Open(string fileName, StorageFileMode mode)
    {
        var file = Directory.Open(fileName, mode);
        if (mode != StorageFileMode.OpenExisting)
            unsyncedNames = true;
        return file;
    }

    public void Delete(string fileName)
    {
        Directory.Delete(fileName);
        unsyncedNames = true;
    }

    /// <summary>Gives a finished file its real name.</summary>
    public void Finish(string fileName)
    {
        Directory.Rename(fileName + StorageNames.UnfinishedSuffix, fileName);
        unsyncedNames = true;
    }

    /// <summary>Says that nothing is known of what is durable: an earlier process may have failed to sync and ended.</summary>
    public void AssumeUnsynced()
    {
        unsyncedNames = true;
        unsyncedFolder = true;
    }

    /// <summary>Returns once every name made or removed so far is durable.</summary>
    public void SyncNames()
    {
        if (unsyncedFolder)
        {
            unsyncedFolder = false;
            parent.Sync();
        }

        if (!unsyncedNames)
            return;
        // Cleared first: a name made meanwhile sets it again, and is then synced twice rather than never.
        unsyncedNames = false;
        Directory.Sync();
    }
}

namespace Rocket.Actors.Storage;

/// <summary>
/// A folder that holds logs: the only door to a disk, so that a simulation can tear, lose and refuse what passes through it.
/// Names are single path elements. Names created, renamed or deleted are durable only after <see cref="Sync"/>.
/// </summary>
public interface IStorageDirectory
{
    /// <summary>Where the folder is, for messages to people.</summary>
    string Path { get; }

    /// <summary>Whether a file or a folder of this name is here.</summary>
    bool Exists(string name);

    /// <summary>Names of the files here, in ordinal order.</summary>
    IReadOnlyList<string> ListFiles();

    /// <summary>Names of the folders here, in ordinal order.</summary>
    IReadOnlyList<string> ListDirectories();

    /// <summary>The folder of this name within this one. A missing one is created with the first file or folder in it; until then it is empty.</summary>
    IStorageDirectory Directory(string name);

    /// <summary>Opens a file for reading and writing.</summary>
    /// <exception cref="FileNotFoundException"><see cref="StorageFileMode.OpenExisting"/> and there is none.</exception>
    /// <exception cref="IOException"><see cref="StorageFileMode.CreateNew"/> and there is one, or the disk refuses.</exception>
    IStorageFile Open(string name, StorageFileMode mode);

    /// <summary>Deletes a file. Those who hold it open read on, or get a <see cref="FileNotFoundException"/>; never another file's bytes.</summary>
    void Delete(string name);

    /// <summary>Deletes a folder with everything in it.</summary>
    void DeleteDirectory(string name);

    /// <summary>
    /// Moves a folder with everything in it into another one, where nothing has its new name yet. Nobody may hold a file of it open. Durable when the call returns; after a crash in the
    /// middle, or a failure, each file is where it was or where it is to be.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    void MoveDirectory(string name, IStorageDirectory to, string newName) => FolderMove.ByCopying(this, name, to, newName);

    /// <summary>Gives a file another name, in place of a file that has it already; whoever holds that one open is as after <see cref="Delete"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Returns once every name created, renamed or deleted here is on the disk, and the folder itself with those it is in.</summary>
    void Sync();

    /// <summary>How full the disk is that holds this folder; null: it is on none that could be full.</summary>
    /// <exception cref="IOException">The disk does not say.</exception>
    DiskUse? MeasureDisk() => null;
}

/// <summary>What <see cref="IStorageDirectory.Open"/> does about a file that is or is not there.</summary>
public enum StorageFileMode
{
    /// <summary>The file must be there.</summary>
    OpenExisting,

    /// <summary>The file must not be there.</summary>
    CreateNew,

    /// <summary>The file is created, empty, when it is not there.</summary>
    OpenOrCreate,
}

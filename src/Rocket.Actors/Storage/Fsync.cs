namespace Rocket.Actors.Storage;

/// <summary>
/// fsync of a file or a folder of a log. A failure has a type of its own: a write that failed has changed nothing that is known of the disk, an
/// fsync that failed has.
/// </summary>
internal static class Fsync
{
    /// <exception cref="FsyncFailedException">The disk may have lost what was written before.</exception>
    public static void Of(IStorageFile file)
    {
        try
        {
            file.Flush();
        }
        catch (IOException failure)
        {
            throw new FsyncFailedException(failure);
        }
    }

    /// <exception cref="FsyncFailedException">The disk may have lost names.</exception>
    public static void Of(IStorageDirectory directory)
    {
        try
        {
            directory.Sync();
        }
        catch (IOException failure)
        {
            throw new FsyncFailedException(failure);
        }
    }
}

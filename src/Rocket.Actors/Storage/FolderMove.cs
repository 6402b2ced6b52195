namespace Rocket.Actors.Storage;

/// <summary>Moves a folder where it cannot be renamed: copies it, and deletes what it copied once the copy is on the disk.</summary>
internal static class FolderMove
{
    private const int PieceBytes = 1 << 20;

    /// <inheritdoc cref="IStorageDirectory.MoveDirectory"/>
    public static void ByCopying(IStorageDirectory from, string name, IStorageDirectory to, string newName)
    {
        var (source, target) = (from.Directory(name), to.Directory(newName));
        var files = source.ListFiles();
        foreach (var file in files)
        {
            Copy(source, target, file);
        }

        target.Sync();

        // The checkpoint first: without it all that a crash leaves is read record by record.
        foreach (var file in files.OrderBy(file => file == StorageNames.Checkpoint ? 0 : 1))
        {
            source.Delete(file);
            source.Sync();
        }

        from.DeleteDirectory(name);
        from.Sync();
    }

    private static void Copy(IStorageDirectory source, IStorageDirectory target, string file)
    {
        using var original = source.Open(file, StorageFileMode.OpenExisting);
        using var copy = target.Open(file, StorageFileMode.OpenOrCreate);
        copy.SetLength(0);
        var piece = new byte[(int)Math.Min(PieceBytes, Math.Max(1, original.Length))];
        long at = 0;
        for (var read = original.Read(piece, at); read > 0; read = original.Read(piece, at))
        {
            copy.Write(piece.AsSpan(0, read), at);
            at += read;
        }

        copy.Flush();
    }
}

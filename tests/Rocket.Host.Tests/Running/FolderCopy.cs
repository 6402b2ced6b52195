namespace Rocket.Host.Tests.Running;

/// <summary>Copying of data folders, as <c>cp -a</c> does it.</summary>
internal static class FolderCopy
{
    /// <summary>Copies a folder with everything in it; the copy must not exist yet.</summary>
    public static void Make(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            Make(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}

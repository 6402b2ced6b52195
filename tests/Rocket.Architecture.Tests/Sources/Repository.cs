namespace Rocket.Architecture.Tests.Sources;

/// <summary>The files that people wrote: no build output, no installed package.</summary>
public static class Repository
{
    private const string Solution = "Rocket.Actors.sln";

    private static readonly HashSet<string> FoldersOfTools = ["bin", "obj", "node_modules", ".git", ".vs", ".idea", "TestResults", "artifacts"];

    private static readonly Lazy<string> LazyRoot = new(FindRoot);
    private static readonly Lazy<IReadOnlyList<SourceFile>> LazySources = new(() => [.. FilesBelow("src", ".cs").Select(SourceFile.Read)]);

    public static string Root => LazyRoot.Value;

    /// <summary>The C# files below src.</summary>
    public static IReadOnlyList<SourceFile> Sources => LazySources.Value;

    /// <summary>Path from the root, with forward slashes.</summary>
    public static string RelativePath(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static IEnumerable<string> FilesBelow(string folder, string extension)
    {
        var path = Path.Combine(Root, folder);
        return Directory.Exists(path) ? FilesIn(path, extension) : [];
    }

    private static IEnumerable<string> FilesIn(string folder, string extension) =>
        Directory.EnumerateFiles(folder, "*" + extension)
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(below => !FoldersOfTools.Contains(Path.GetFileName(below)))
                .SelectMany(below => FilesIn(below, extension)))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, Solution)))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"{Solution} is in no folder above {AppContext.BaseDirectory}");
    }
}

namespace Rocket.Host.Configuration;

/// <summary>Finds the file that <c>--config</c> means.</summary>
/// <param name="CurrentDirectory">Folder in which Rocket was started.</param>
/// <param name="ProgramDirectory">Folder of the dll.</param>
public sealed record ConfigurationFiles(string CurrentDirectory, string ProgramDirectory)
{
    /// <summary>The folders of this process.</summary>
    public static ConfigurationFiles OfThisProcess() => new(Directory.GetCurrentDirectory(), AppContext.BaseDirectory);

    /// <summary>
    /// The places where a file may be, in order: an absolute path is itself; a relative one is tried in the current folder, beside the
    /// dll, and in the <c>hocon</c> folder beside the dll.
    /// </summary>
    public IReadOnlyList<string> Candidates(string path) =>
    [
        .. new[]
        {
            Path.GetFullPath(path, CurrentDirectory),
            Path.GetFullPath(path, ProgramDirectory),
            Path.GetFullPath(path, Path.Combine(ProgramDirectory, "hocon")),
        }.Distinct(),
    ];

    /// <summary>A file's name for a person: relative when it lies within the current folder.</summary>
    public string Show(string path)
    {
        var relative = Path.GetRelativePath(CurrentDirectory, path);
        return Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>The first candidate that is a file; null when none is.</summary>
    public string? Find(string path) => Candidates(path).FirstOrDefault(File.Exists);
}

using System.Globalization;
using System.Text;

namespace Rocket.Actors.Storage;

/// <summary>Names of the files of a log, and what any name within a storage folder must look like.</summary>
internal static class StorageNames
{
    public const string Checkpoint = "checkpoint";
    public const string LogSuffix = ".log";
    public const string IndexSuffix = ".index";
    public const string KeysSuffix = ".keys";

    /// <summary>A file that is being written under this suffix takes its real name, by rename, once it is complete and flushed.</summary>
    public const string UnfinishedSuffix = ".new";

    private const int MaxNameBytes = 255;

    /// <summary>Name without suffix of the segment that begins at a position; sorts like the position.</summary>
    public static string Segment(long basePosition) => basePosition.ToString("D20", CultureInfo.InvariantCulture);

    public static bool TryParseSegment(string fileName, string suffix, out long basePosition)
    {
        basePosition = 0;
        return fileName.Length == 20 + suffix.Length
            && fileName.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(fileName.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture, out basePosition);
    }

    /// <summary>Whether a file of this name belongs into the folder of a log.</summary>
    public static bool IsOfLog(string fileName) =>
        fileName == Checkpoint
        || fileName.EndsWith(UnfinishedSuffix, StringComparison.Ordinal)
        || TryParseSegment(fileName, LogSuffix, out _)
        || TryParseSegment(fileName, IndexSuffix, out _)
        || TryParseSegment(fileName, KeysSuffix, out _);

    /// <summary>The name, when it is one path element of at most 255 bytes (every file system's limit).</summary>
    public static string Checked(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', '\0') || Encoding.UTF8.GetByteCount(name) > MaxNameBytes)
        {
            throw new ArgumentException($"'{name}' can't be the name of a file", nameof(name));
        }

        return name;
    }
}

using System.Globalization;
using Rocket.Actors.Cluster;

namespace Rocket.Host;

/// <summary>
/// What of the files that the system lets this process open goes to the storage, and what to connections. The runtime ends a process that
/// has none left, so clients must never get that far.
/// </summary>
internal static class OpenFileShares
{
    /// <summary>For the runtime, the actor system, the listeners, and connections on their way to being refused.</summary>
    private const int Reserve = 500;

    private const string LimitsFile = "/proc/self/limits";
    private const string LimitLine = "Max open files";

    /// <summary>Files that the system lets this process open; null: it does not tell.</summary>
    public static int? OfTheSystem()
    {
        if (!File.Exists(LimitsFile))
        {
            return null;
        }

        // "Max open files            20000                20000                files"
        var line = File.ReadLines(LimitsFile).FirstOrDefault(line => line.StartsWith(LimitLine, StringComparison.Ordinal));
        var soft = line?[LimitLine.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var files) ? files : null;
    }

    /// <summary>The limits that the system has room for: the same, or lower ones for files and connections.</summary>
    /// <exception cref="StartRefusedException">It has room for nothing.</exception>
    public static LimitSettings Fit(LimitSettings limits, int files)
    {
        var shared = files - Reserve;
        if (shared >= limits.MaxOpenFiles + limits.MaxConnections)
        {
            return limits;
        }

        if (shared < Reserve)
        {
            throw new StartRefusedException($"the system lets this process open {files} files (ulimit -n), a node needs {2 * Reserve} at least");
        }

        var forStorage = Math.Min(limits.MaxOpenFiles, Math.Max(shared / 2, shared - limits.MaxConnections));
        return limits with { MaxOpenFiles = forStorage, MaxConnections = Math.Min(limits.MaxConnections, shared - forStorage) };
    }
}

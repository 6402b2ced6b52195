using System.Text;
using Rocket.Actors.Cluster;
using Rocket.Actors.Storage.Inspection;

namespace Rocket.Host;

/// <summary>
/// The folder <c>rocket.data-dir</c>: held by one process at a time, and marked with the version of its layout. Disposing it lets the next
/// process in.
/// </summary>
/// <remarks>
/// <c>node.lock</c> is held open exclusively, so the lock ends with the process however it ends. <c>format</c> holds one line,
/// <c>rocket-data N node-name</c>: a folder of a newer version, or of another node, is refused.
/// </remarks>
internal sealed class DataFolder : IDisposable
{
    private const string Key = "rocket.data-dir";
    private const string LockFile = "node.lock";
    private const string FormatFile = "format";
    private const string FormatName = "rocket-data";
    private const string UnfinishedSuffix = ".new";

    /// <summary>Version of the folder's layout.</summary>
    private const int FormatVersion = 1;

    private readonly FileStream? _lock;

    private DataFolder(FileStream? held) => _lock = held;

    /// <summary>Files that are the business of this class.</summary>
    public static IReadOnlyCollection<string> OwnNames { get; } = [LockFile, FormatFile, FormatFile + UnfinishedSuffix];

    /// <summary>Creates the folder if it is not there, and holds it.</summary>
    /// <exception cref="StartRefusedException">It cannot be used; the message says why.</exception>
    public static DataFolder Hold(NodeSettings settings)
    {
        var folder = settings.DataDir;
        FileStream? held = null;
        try
        {
            CheckFormat(folder, settings.NodeName);
            Directory.CreateDirectory(folder);
            held = new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WriteFormat(folder, settings.NodeName);
            return new DataFolder(held);
        }
        catch (IOException exception) when (held is null && File.Exists(Path.Combine(folder, LockFile)))
        {
            throw new StartRefusedException($"{Key}: {folder} is used by another Rocket process", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw Unwritable(settings, exception);
        }
    }

    /// <summary>Keeps every process out of a stopped node's folder, or of a copy of one, while it is read. Changes nothing.</summary>
    /// <exception cref="StartRefusedException">A process uses it, or it is no data folder.</exception>
    public static DataFolder HoldForReading(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new StartRefusedException($"{folder}: no such folder");
        }

        if (!File.Exists(Path.Combine(folder, FormatFile)) && !Directory.Exists(Path.Combine(folder, DataFolders.Brokers)))
        {
            throw new StartRefusedException($"{folder} is no data folder of Rocket: it has neither a file {FormatFile} nor a folder {DataFolders.Brokers}");
        }

        var lockFile = Path.Combine(folder, LockFile);
        try
        {
            return new DataFolder(File.Exists(lockFile) ? new FileStream(lockFile, FileMode.Open, FileAccess.Read, FileShare.None) : null);
        }
        catch (IOException exception)
        {
            throw new StartRefusedException($"{folder} is used by a Rocket process; stop it first", exception);
        }
    }

    /// <summary>Looks at the file that names layout and owner.</summary>
    public static void InspectFormat(string folder, InspectionTally tally)
    {
        var path = Path.Combine(folder, FormatFile);
        if (!File.Exists(path))
        {
            tally.Add(FindingSeverity.Warning, path, "it is missing", "nothing: the next start writes it, with its own rocket.node-name");
        }
        else if (!TryReadFormat(path, out var version, out _))
        {
            tally.Add(
                FindingSeverity.Damage,
                path,
                $"it does not say \"{FormatName} {FormatVersion} NODE\"; the start refuses this folder",
                "write that line, NODE being this node's rocket.node-name, or delete the file");
        }
        else if (version > FormatVersion)
        {
            tally.Add(FindingSeverity.Damage, path, $"it has format version {version}, which is newer than this program knows", "use the version of Rocket that wrote it, or a newer one");
        }
    }

    /// <summary>What a person is told of a folder that the disk does not let us use.</summary>
    public static StartRefusedException Unwritable(NodeSettings settings, Exception cause) =>
        new($"{Key}: {settings.DataDir} cannot be written: {cause.Message}", cause);

    public void Dispose() => _lock?.Dispose();

    private static void CheckFormat(string folder, string node)
    {
        var path = Path.Combine(folder, FormatFile);
        if (!File.Exists(path))
        {
            return;
        }

        if (!TryReadFormat(path, out var number, out var owner))
        {
            throw new StartRefusedException($"{Key}: {path} does not say \"{FormatName} {FormatVersion} {node}\"; is this a data folder of Rocket?");
        }

        if (number > FormatVersion)
        {
            throw new StartRefusedException(
                $"{Key}: {folder} was written by a newer Rocket (format {number}, this one knows up to {FormatVersion}); start that version, or name another folder");
        }

        if (owner != node)
        {
            throw new StartRefusedException($"{Key}: {folder} belongs to node {owner}, not to {node}; name another folder, or correct rocket.node-name");
        }
    }

    private static bool TryReadFormat(string path, out int version, out string owner)
    {
        (version, owner) = (0, "");
        if (File.ReadAllText(path).Trim().Split(' ') is not [FormatName, var number, var node] || !int.TryParse(number, out version))
        {
            return false;
        }

        owner = node;
        return true;
    }

    private static void WriteFormat(string folder, string node)
    {
        var path = Path.Combine(folder, FormatFile);
        if (File.Exists(path))
        {
            return;
        }

        // Written aside and renamed: a crash leaves either no file or a whole one.
        var written = path + UnfinishedSuffix;
        using (var stream = new FileStream(written, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes($"{FormatName} {FormatVersion} {node}\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(written, path, overwrite: true);
    }
}

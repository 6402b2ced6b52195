using System.Text;
using Rocket.Actors.Cluster;

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

    /// <summary>Version of the folder's layout.</summary>
    private const int FormatVersion = 1;

    private readonly FileStream _lock;

    private DataFolder(FileStream held) => _lock = held;

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

    /// <summary>What a person is told of a folder that the disk does not let us use.</summary>
    public static StartRefusedException Unwritable(NodeSettings settings, Exception cause) =>
        new($"{Key}: {settings.DataDir} cannot be written: {cause.Message}", cause);

    public void Dispose() => _lock.Dispose();

    private static void CheckFormat(string folder, string node)
    {
        var path = Path.Combine(folder, FormatFile);
        if (!File.Exists(path))
        {
            return;
        }

        var words = File.ReadAllText(path).Trim().Split(' ');
        if (words is not [FormatName, var version, var owner] || !int.TryParse(version, out var number))
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

    private static void WriteFormat(string folder, string node)
    {
        var path = Path.Combine(folder, FormatFile);
        if (File.Exists(path))
        {
            return;
        }

        // Written aside and renamed: a crash leaves either no file or a whole one.
        var written = path + ".new";
        using (var stream = new FileStream(written, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes($"{FormatName} {FormatVersion} {node}\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(written, path, overwrite: true);
    }
}

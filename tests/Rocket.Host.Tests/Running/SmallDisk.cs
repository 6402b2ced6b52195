using System.Diagnostics;
using System.Globalization;

namespace Rocket.Host.Tests.Running;

/// <summary>A small file system in memory, which only root can mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Null: it may not be mounted here.</summary>
    public static SmallDisk? TryMount(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("rocket-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes.ToString(CultureInfo.InvariantCulture)}m", "tmpfs", folder))
        {
            return new SmallDisk(folder);
        }

        Directory.Delete(folder);
        return null;
    }

    /// <summary>Takes what is left of it, to the last page; whoever deletes the file gives it back.</summary>
    public string FillUp()
    {
        var path = Path.Combine(Folder, "filler");
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var chunk = 1 << 20; chunk >= 512; chunk /= 2)
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[chunk]);
                }
            }
            catch (IOException)
            {
                // So much does not fit any more; half of it may.
            }
        }

        return path;
    }

    public void Dispose()
    {
        Run("umount", Folder);
        Directory.Delete(Folder);
    }

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

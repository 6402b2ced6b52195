using Rocket.Actors.Inspection;
using Rocket.Actors.Storage;
using Rocket.Host.CommandLine;

namespace Rocket.Host.Offline;

/// <summary><c>dump</c>: shows what is in one file of a data folder.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="error">Takes the line that says why nothing was read.</param>
internal sealed class DumpCommand(TextWriter output, TextWriter error)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public int Run(HostCommand.DumpFile command)
    {
        var path = Path.GetFullPath(command.Path);
        if (!File.Exists(path))
        {
            error.WriteLine(Directory.Exists(path) ? $"{path} is a folder; dump shows one file of it" : $"{path}: no such file");
            return HostProgram.Failure;
        }

        try
        {
            var isReadable = true;
            foreach (var line in FileDump.Read(FileDirectory.ForReading(Path.GetDirectoryName(path)!), Path.GetFileName(path), command.Options))
            {
                isReadable &= line.Kind != DumpLine.Unreadable;
                output.WriteLine(command.Json ? DumpText.Json(line) : DumpText.Line(line));
            }

            return isReadable ? HostProgram.Success : HostProgram.Failure;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine($"{path}: {refusal.Message}");
            return HostProgram.Failure;
        }
    }
}

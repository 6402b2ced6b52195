using System.Globalization;
using Rocket.Actors.Inspection;
using Rocket.Actors.Storage;
using Rocket.Actors.Storage.Inspection;
using Rocket.Host.CommandLine;

namespace Rocket.Host.Offline;

/// <summary><c>verify</c>: reads a stopped node's data folder and reports.</summary>
/// <param name="output">Takes findings and the summary.</param>
/// <param name="error">Takes the line that says why nothing was read, and, when it is a terminal, the progress.</param>
/// <param name="showProgress">Whether <paramref name="error"/> is a terminal.</param>
internal sealed class VerifyCommand(TextWriter output, TextWriter error, bool showProgress)
{
    /// <summary>Runs to the end.</summary>
    /// <returns>The exit code.</returns>
    public int Run(HostCommand.VerifyFolder command)
    {
        try
        {
            using var held = DataFolder.HoldForReading(command.Folder);
            var folder = new FolderInspector(FileDirectory.ForReading(command.Folder));
            var progress = showProgress && !command.Json ? new ProgressLine(error, folder.SegmentBytes()) : null;
            var tally = new InspectionTally(progress is null ? null : progress.Show);
            DataFolder.InspectFormat(command.Folder, tally);
            folder.Inspect(tally, DataFolder.OwnNames);
            progress?.Clear();
            Report(command, tally);
            return tally.Count(FindingSeverity.Damage) == 0 ? HostProgram.Success : HostProgram.Failure;
        }
        catch (Exception refusal) when (refusal is StartRefusedException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine(refusal.Message);
            return HostProgram.Failure;
        }
    }

    private void Report(HostCommand.VerifyFolder command, InspectionTally tally)
    {
        if (command.Json)
        {
            output.WriteLine(VerifyJson.Of(command.Folder, tally));
            return;
        }

        foreach (var finding in tally.Findings)
        {
            output.WriteLine($"{NameOf(finding.Severity)}: {finding.File}: {finding.Problem}. What to do: {finding.Remedy}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tally.Logs} logs, {tally.Records} records, {tally.Bytes} bytes: {Counted(tally)}"));
    }

    internal static string NameOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Damage => "damage",
        FindingSeverity.Warning => "warning",
        _ => "note",
    };

    private static string Counted(InspectionTally tally)
    {
        if (tally.Findings.Count == 0)
        {
            return "nothing is wrong";
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{tally.Count(FindingSeverity.Damage)} damage, {tally.Count(FindingSeverity.Warning)} warnings, {tally.Count(FindingSeverity.Note)} notes");
    }
}

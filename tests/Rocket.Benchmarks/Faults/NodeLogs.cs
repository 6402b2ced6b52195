using System.Text.RegularExpressions;

namespace Rocket.Benchmarks.Faults;

/// <summary>The logs of all nodes, in files of one folder: what is new in them that a person should look at.</summary>
internal sealed partial class NodeLogs(string folder)
{
    private const int MostLines = 40;

    private readonly Dictionary<string, int> _read = [];

    /// <summary>Errors and stack traces that were not there the last time, each with its file and the lines that belong to it.</summary>
    public IReadOnlyList<string> ReadErrors()
    {
        List<string> errors = [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.log").Order(StringComparer.Ordinal))
        {
            var lines = Lines(file);
            for (var i = _read.GetValueOrDefault(file); i < lines.Count;)
            {
                var length = IsError(lines[i]) ? 1 + lines.Skip(i + 1).TakeWhile(line => !Beginning().IsMatch(line)).Count() : 0;
                if (length > 0)
                {
                    errors.Add($"{Path.GetFileName(file)}:{i + 1}: {string.Join("\n    ", lines.Skip(i).Take(Math.Min(length, MostLines)))}");
                }

                i += Math.Max(1, length);
            }

            _read[file] = lines.Count;
        }

        return errors;
    }

    private static bool IsError(string line) => Error().IsMatch(line) || Trace().IsMatch(line);

    /// <summary>What is there so far; a node may be writing the last line just now, and may be met in the middle of it.</summary>
    private static List<string> Lines(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"^[-\d]+ [:.\d]+ (ERR|FTL) ")]
    private static partial Regex Error();

    [GeneratedRegex(@"^\s+at |--- End of |Unhandled|NullReference|InvalidCast")]
    private static partial Regex Trace();
}

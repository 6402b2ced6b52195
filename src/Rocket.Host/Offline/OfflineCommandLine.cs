using System.Globalization;
using Rocket.Actors.Inspection;
using Rocket.Host.CommandLine;
using Rocket.Host.Configuration;

namespace Rocket.Host.Offline;

/// <summary>Reads what follows <c>verify</c> and <c>dump</c> on the command line.</summary>
internal static class OfflineCommandLine
{
    public const string Verify = "verify";
    public const string Dump = "dump";

    private static readonly string[] VerifyFlags = ["--json", "--help"];
    private static readonly string[] DumpFlags = ["--from", "--count", "--json", "--bodies", "--help"];

    /// <summary>Never throws: nonsense becomes a <see cref="HostCommand.Mistake"/>.</summary>
    /// <param name="arguments">The first one is <see cref="Verify"/> or <see cref="Dump"/>.</param>
    public static HostCommand Parse(IReadOnlyList<string> arguments)
    {
        var (command, words) = (arguments[0], new Queue<string>(arguments.Skip(1)));
        string? path = null;
        var (json, bodies, from, count) = (false, false, 0L, long.MaxValue);
        while (words.TryDequeue(out var word))
        {
            switch (word)
            {
                case "--help" or "-h" or "-?":
                    return new HostCommand.ShowText(command == Verify ? OfflineHelp.Verify : OfflineHelp.Dump);
                case "--json":
                    json = true;
                    break;
                case "--bodies" when command == Dump:
                    bodies = true;
                    break;
                case "--from" when command == Dump:
                    if (!TryTake(words, 0, out from))
                    {
                        return new HostCommand.Mistake("--from wants a whole number behind it, 0 or more");
                    }

                    break;
                case "--count" when command == Dump:
                    if (!TryTake(words, 1, out count))
                    {
                        return new HostCommand.Mistake("--count wants a whole number behind it, 1 or more");
                    }

                    break;
                case ['-', ..]:
                    return new HostCommand.Mistake(Unknown(command, word));
                default:
                    if (path is not null)
                    {
                        return new HostCommand.Mistake($"{command} takes one {Wanted(command)}, not {path} and {word}");
                    }

                    path = word;
                    break;
            }
        }

        if (string.IsNullOrWhiteSpace(path))
        {
            return new HostCommand.Mistake($"{command} wants a {Wanted(command)} behind it");
        }

        return command == Verify ? new HostCommand.VerifyFolder(path, json) : new HostCommand.DumpFile(path, new DumpOptions(from, count, bodies), json);
    }

    private static bool TryTake(Queue<string> words, long least, out long number)
    {
        number = 0;
        return words.TryDequeue(out var word) && long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least;
    }

    private static string Wanted(string command) => command == Verify ? "data folder" : "file";

    private static string Unknown(string command, string flag) =>
        $"unknown flag {flag} of {command}" + (Similarity.Nearest(flag, command == Verify ? VerifyFlags : DumpFlags) is { } meant ? $"; did you mean {meant}?" : "");
}

using Rocket.Host.Configuration;
using Rocket.Host.Offline;

namespace Rocket.Host.CommandLine;

/// <summary>Reads the command line. Flags take their argument as the next word or behind <c>=</c>.</summary>
public static class CommandLineParser
{
    /// <summary>The word that makes this program the operator's tool; it stands first.</summary>
    private const string OperatorWord = "cmd";

    private static readonly string[] Flags = ["--config", "--set", "--check-config", "--help", "--version"];

    /// <summary>Never throws: nonsense becomes a <see cref="HostCommand.Mistake"/>.</summary>
    public static HostCommand Parse(IReadOnlyList<string> arguments)
    {
        if (arguments is [OfflineCommandLine.Verify or OfflineCommandLine.Dump, ..])
        {
            return OfflineCommandLine.Parse(arguments);
        }

        if (arguments is [OperatorWord, ..])
        {
            return new HostCommand.Operate([.. arguments.Skip(1)]);
        }

        string? path = null;
        var sets = new List<string>();
        var check = false;
        for (var index = 0; index < arguments.Count; index++)
        {
            var word = arguments[index];
            var equals = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) : -1;
            var flag = equals < 0 ? word : word[..equals];
            var attached = equals < 0 ? null : word[(equals + 1)..];
            switch (flag)
            {
                case "--help" or "-h" or "-?" when attached is null:
                    return new HostCommand.ShowHelp();
                case "--version" when attached is null:
                    return new HostCommand.ShowVersion();
                case "--check-config" when attached is null:
                    check = true;
                    break;
                case "--config" or "--set":
                    if ((attached ?? (index + 1 < arguments.Count ? arguments[++index] : null)) is not { Length: > 0 } argument)
                    {
                        return new HostCommand.Mistake($"{flag} wants {(flag == "--set" ? "key=value" : "a file")} behind it");
                    }

                    if (flag == "--set")
                    {
                        sets.Add(argument);
                    }
                    else if (path is null)
                    {
                        path = argument;
                    }
                    else
                    {
                        return new HostCommand.Mistake("--config may be given only once; use --set for what differs");
                    }

                    break;
                default:
                    return new HostCommand.Mistake(Unknown(word, flag));
            }
        }

        var configuration = new ConfigurationArguments(path, sets);
        return check ? new HostCommand.CheckConfiguration(configuration) : new HostCommand.RunNode(configuration);
    }

    private static string Unknown(string word, string flag)
    {
        if (!word.StartsWith('-'))
        {
            return word == OperatorWord ? $"{OperatorWord} stands first, its flags behind it" : $"unknown command {word}";
        }

        if (Flags.Contains(flag))
        {
            return $"{flag} takes no argument";
        }

        return $"unknown flag {flag}" + (Similarity.Nearest(flag, Flags) is { } meant ? $"; did you mean {meant}?" : "");
    }
}

using Rocket.Actors.Inspection;

namespace Rocket.Host.CommandLine;

/// <summary>What the process was asked to do.</summary>
public abstract record HostCommand
{
    private HostCommand()
    {
    }

    /// <summary>Run a node.</summary>
    public sealed record RunNode(ConfigurationArguments Configuration) : HostCommand;

    /// <summary>Print the effective settings.</summary>
    public sealed record CheckConfiguration(ConfigurationArguments Configuration) : HostCommand;

    /// <summary>Ask a running node.</summary>
    /// <param name="Words">What stands behind <c>cmd</c>.</param>
    public sealed record Operate(IReadOnlyList<string> Words) : HostCommand;

    /// <summary>Print how to use the program.</summary>
    public sealed record ShowHelp : HostCommand;

    /// <summary>Print the version.</summary>
    public sealed record ShowVersion : HostCommand;

    /// <summary>Print how to use one of the commands.</summary>
    public sealed record ShowText(string Text) : HostCommand;

    /// <summary>Check a stopped node's data folder.</summary>
    public sealed record VerifyFolder(string Folder, bool Json) : HostCommand;

    /// <summary>Show what is in one file of a data folder.</summary>
    public sealed record DumpFile(string Path, DumpOptions Options, bool Json) : HostCommand;

    /// <summary>The arguments make no sense.</summary>
    /// <param name="Line">What is wrong, in one line.</param>
    public sealed record Mistake(string Line) : HostCommand;
}

namespace Rocket.Host.Commands.Terminal;

/// <summary>What the words behind <c>cmd</c>, or a line of the prompt, ask for.</summary>
internal abstract record CommandInput
{
    private CommandInput()
    {
    }

    /// <summary>Print a help text.</summary>
    public sealed record Help(string Text) : CommandInput;

    /// <summary>Read commands, one a line.</summary>
    public sealed record Session(CommandFlags Flags) : CommandInput;

    /// <summary>Do a command.</summary>
    /// <param name="Command">Which.</param>
    /// <param name="Arguments">Texts, and true for switches, by the arguments' names.</param>
    /// <param name="Flags">How.</param>
    public sealed record Call(ICommand Command, IReadOnlyDictionary<string, object> Arguments, CommandFlags Flags) : CommandInput;

    /// <summary>The words make no sense.</summary>
    /// <param name="Line">What is wrong, in one line.</param>
    public sealed record Mistake(string Line) : CommandInput;
}

/// <summary>The flags that every command takes.</summary>
/// <param name="Node">The node to ask; null: as the configuration says.</param>
/// <param name="ConfigurationPath">Argument of --config.</param>
/// <param name="Sets">Arguments of --set.</param>
/// <param name="Json">Print the answer as it came.</param>
/// <param name="Yes">Questions are answered.</param>
internal sealed record CommandFlags(NodeAddress? Node, string? ConfigurationPath, IReadOnlyList<string> Sets, bool Json, bool Yes)
{
    public static readonly CommandFlags None = new(null, null, [], false, false);
}

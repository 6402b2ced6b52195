namespace Rocket.Host.Commands;

/// <summary>How an argument is written.</summary>
internal enum ArgumentKind
{
    /// <summary>By its place: <c>TOPIC</c>.</summary>
    Positional,

    /// <summary>By a flag with a value: <c>--filter TEXT</c>.</summary>
    Option,

    /// <summary>By a flag alone: <c>--all</c>.</summary>
    Switch,
}

/// <summary>One thing that a command takes.</summary>
/// <param name="Kind">How it is written.</param>
/// <param name="Name">Its name in the JSON of a request; an option's flag is <c>--name</c>.</param>
/// <param name="Help">What it is, in one line.</param>
/// <param name="Value">What stands for its value in a usage line; empty for a switch.</param>
/// <param name="IsRequired">Whether the command wants it.</param>
internal sealed record CommandArgument(ArgumentKind Kind, string Name, string Help, string Value, bool IsRequired)
{
    /// <summary>The flag that gives it.</summary>
    public string Flag => "--" + Name;

    /// <summary>As a usage line has it.</summary>
    public string Usage => Kind switch
    {
        ArgumentKind.Positional when IsRequired => Value,
        ArgumentKind.Positional => $"[{Value}]",
        ArgumentKind.Option => $"[{Flag} {Value}]",
        _ => $"[{Flag}]",
    };

    public static CommandArgument Required(string name, string help) => new(ArgumentKind.Positional, name, help, name.ToUpperInvariant(), true);

    public static CommandArgument Optional(string name, string help) => new(ArgumentKind.Positional, name, help, name.ToUpperInvariant(), false);

    public static CommandArgument Option(string name, string value, string help) => new(ArgumentKind.Option, name, help, value, false);

    public static CommandArgument Switch(string name, string help) => new(ArgumentKind.Switch, name, help, "", false);
}

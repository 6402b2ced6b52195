namespace Rocket.Host.Commands;

/// <summary>What a person is told of a command; the command line, the node and the documentation of both say the same.</summary>
/// <param name="Palette">The group of commands that it belongs to.</param>
/// <param name="Name">Its name in the palette.</param>
/// <param name="Summary">What it does, in one line.</param>
/// <param name="Arguments">What it takes, in the order in which a person writes it.</param>
internal sealed record CommandDescription(string Palette, string Name, string Summary, params IReadOnlyList<CommandArgument> Arguments)
{
    /// <summary>Whether it changes anything; such a command is taken from the node's own machine only, as long as there is no login.</summary>
    public bool Changes { get; init; }

    /// <summary>What a person is asked before it is done, answered by --yes; null: nothing.</summary>
    public string? Question { get; init; }

    /// <summary>What the columns of its answer mean, or other things to know; may be empty.</summary>
    public string Details { get; init; } = "";

    /// <summary>Palette and name.</summary>
    public string FullName => $"{Palette} {Name}";

    /// <summary>All that may be written, such as <c>rocket topics [--filter TEXT] [--all]</c>.</summary>
    public string Usage => string.Join(' ', [FullName, .. Arguments.Select(argument => argument.Usage), .. Question is null ? [] : new[] { "[--yes]" }]);
}

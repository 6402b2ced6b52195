using Rocket.Host.Configuration;

namespace Rocket.Host.Commands.Terminal;

/// <summary>Reads the words behind <c>cmd</c>. Never throws: nonsense becomes a <see cref="CommandInput.Mistake"/>.</summary>
internal sealed class CommandInputReader
{
    private static readonly string[] CommonFlags = ["--node", "--config", "--set", "--json", "--yes", "--help"];

    private readonly IReadOnlyList<string> _words;
    private readonly List<string> _plain = [];
    private readonly List<(string Flag, string? Value)> _options = [];
    private CommandFlags _flags;
    private NodeAddress? _node;
    private bool _wantsHelp;
    private string? _mistake;
    private int _next;

    private CommandInputReader(IReadOnlyList<string> words, CommandFlags defaults)
    {
        _words = words;
        _flags = defaults with { Yes = false };
    }

    /// <summary>Reads them; <paramref name="defaults"/> hold where the words say nothing.</summary>
    public static CommandInput Read(IReadOnlyList<string> words, CommandFlags defaults)
    {
        var reader = new CommandInputReader(words, defaults);
        while (reader._next < words.Count && reader._mistake is null)
        {
            reader.TakeWord(words[reader._next++]);
        }

        return reader._mistake is { } mistake ? new CommandInput.Mistake(mistake) : reader.Conclude();
    }

    private void TakeWord(string word)
    {
        if (!word.StartsWith('-') || word == "-")
        {
            _plain.Add(word);
            return;
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var (flag, attached) = equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
        switch (flag)
        {
            case "--help" or "-h" or "-?":
                _wantsHelp = true;
                break;
            case "--json":
                _flags = _flags with { Json = true };
                break;
            case "--yes" or "-y":
                _flags = _flags with { Yes = true };
                break;
            case "--node":
                TakeNode(ValueOf(flag, attached, "HOST:PORT"));
                break;
            case "--config":
                // Another configuration has another node, unless --node says which.
                _flags = _flags with { ConfigurationPath = ValueOf(flag, attached, "a file"), Node = null };
                break;
            case "--set":
                _flags = _flags with { Sets = [.. _flags.Sets, ValueOf(flag, attached, "KEY=VALUE") ?? ""], Node = null };
                break;
            default:
                TakeOption(flag, attached);
                break;
        }
    }

    private void TakeNode(string? text)
    {
        if (text is not null)
        {
            _node = NodeAddress.TryParse(text);
            _mistake = _node is null ? $"--node {text}: wanted HOST:PORT, such as 127.0.0.1:{OperatorSettings.DefaultPort}" : _mistake;
        }
    }

    // Whether it takes a value is known by the command, whose words stand before its options.
    private void TakeOption(string flag, string? attached)
    {
        var command = _plain.Count >= 2 ? CommandRegistry.Find(_plain[0], _plain[1])?.Description : null;
        var argument = command?.Arguments.FirstOrDefault(argument => argument.Kind != ArgumentKind.Positional && argument.Flag == flag);
        switch (argument?.Kind)
        {
            case ArgumentKind.Option:
                _options.Add((argument.Name, ValueOf(flag, attached, argument.Value)));
                break;
            case ArgumentKind.Switch when attached is null:
                _options.Add((argument.Name, null));
                break;
            case ArgumentKind.Switch:
                _mistake = $"{flag} takes no value";
                break;
            default:
                var known = CommonFlags.Concat(command?.Arguments.Where(taken => taken.Kind != ArgumentKind.Positional).Select(taken => taken.Flag) ?? []);
                _mistake = $"unknown flag {flag}" + Meant(flag, known);
                break;
        }
    }

    private string? ValueOf(string flag, string? attached, string wanted)
    {
        if ((attached ?? (_next < _words.Count ? _words[_next++] : null)) is { Length: > 0 } value)
        {
            return value;
        }

        _mistake = $"{flag} wants {wanted} behind it";
        return null;
    }

    private CommandInput Conclude()
    {
        _flags = _flags with { Node = _node ?? _flags.Node };
        if (_plain is ["help", .. var about])
        {
            return HelpOf(about);
        }

        if (_wantsHelp)
        {
            return HelpOf(_plain);
        }

        return _plain switch
        {
            [] => new CommandInput.Session(_flags),
            [var palette] when CommandRegistry.Of(palette).Any() => new CommandInput.Mistake($"{palette} wants a command behind it: {NamesOf(palette)}"),
            [var palette, var name, ..] when CommandRegistry.Find(palette, name) is { } command => Call(command, _plain[2..]),
            _ => Unknown(_plain),
        };
    }

    private CommandInput Call(ICommand command, List<string> values)
    {
        var description = command.Description;
        var positional = description.Arguments.Where(argument => argument.Kind == ArgumentKind.Positional).ToList();
        if (values.Count > positional.Count)
        {
            return new CommandInput.Mistake($"{values[positional.Count]} is one word too many; usage: cmd {description.Usage}");
        }

        if (positional.Skip(values.Count).FirstOrDefault(argument => argument.IsRequired) is { } missing)
        {
            return new CommandInput.Mistake($"{description.FullName} wants {missing.Value}: {missing.Help}; usage: cmd {description.Usage}");
        }

        var arguments = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (argument, value) in positional.Zip(values))
        {
            arguments[argument.Name] = value;
        }

        foreach (var (name, value) in _options)
        {
            arguments[name] = value ?? (object)true;
        }

        return new CommandInput.Call(command, arguments, _flags);
    }

    private static CommandInput HelpOf(IReadOnlyList<string> words) => words switch
    {
        [] => new CommandInput.Help(CommandHelp.OfAll()),
        [var palette] when CommandRegistry.Of(palette).Any() => new CommandInput.Help(CommandHelp.OfPalette(palette)),
        [var palette, var name, ..] when CommandRegistry.Find(palette, name) is { } command => new CommandInput.Help(CommandHelp.OfCommand(command.Description)),
        _ => Unknown(words),
    };

    private static CommandInput.Mistake Unknown(IReadOnlyList<string> words)
    {
        var palette = words[0];
        return !CommandRegistry.Of(palette).Any()
            ? new CommandInput.Mistake($"unknown palette {palette}{Meant(palette, CommandRegistry.Palettes.Select(known => known.Name))}")
            : new CommandInput.Mistake($"unknown command {palette} {words[1]}{MeantCommand(palette, words[1])}");
    }

    private static string MeantCommand(string palette, string name) =>
        Similarity.Nearest(name, CommandRegistry.Of(palette).Select(command => command.Description.Name)) is { } meant
            ? $"; did you mean {palette} {meant}?"
            : $"; there are: {NamesOf(palette)}";

    private static string Meant(string word, IEnumerable<string> known) => Similarity.Nearest(word, known) is { } meant ? $"; did you mean {meant}?" : "";

    private static string NamesOf(string palette) => string.Join(", ", CommandRegistry.Of(palette).Select(command => command.Description.Name));
}

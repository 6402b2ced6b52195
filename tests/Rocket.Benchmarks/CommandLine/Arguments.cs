using System.Globalization;

namespace Rocket.Benchmarks.CommandLine;

/// <summary>
/// Options of the form <c>--name value</c>, <c>--name=value</c> or <c>--flag</c>. Each getter says which options exist; <see cref="Complete"/>
/// then refuses what is left, so a misspelt option is an error and not a silent default.
/// </summary>
internal sealed class Arguments
{
    private readonly List<(string Name, string? Value)> _left = [];

    /// <param name="flags">Names that take no value.</param>
    public Arguments(IEnumerable<string> arguments, params string[] flags)
    {
        string? waiting = null;
        foreach (var argument in arguments)
        {
            if (waiting is not null)
            {
                _left.Add((waiting, argument));
                waiting = null;
            }
            else if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"\"{argument}\" is no option: options begin with --");
            }
            else if (argument.IndexOf('=') is > 0 and var equals)
            {
                _left.Add((argument[2..equals], argument[(equals + 1)..]));
            }
            else if (flags.Contains(argument[2..]))
            {
                _left.Add((argument[2..], null));
            }
            else
            {
                waiting = argument[2..];
            }
        }

        if (waiting is not null)
        {
            throw new UsageException($"--{waiting} needs a value");
        }
    }

    public bool Flag(string name) => _left.RemoveAll(option => option.Name == name) > 0;

    public IReadOnlyList<string> Many(string name)
    {
        string[] values = [.. _left.Where(option => option.Name == name).Select(option => option.Value ?? throw new UsageException($"--{name} needs a value"))];
        _left.RemoveAll(option => option.Name == name);
        return values;
    }

    /// <summary>The last one wins.</summary>
    public string? Text(string name) => Many(name) is { Count: > 0 } values ? values[^1] : null;

    public string Required(string name) => Text(name) ?? throw new UsageException($"--{name} is needed");

    public int Number(string name, int fallback, int minimum, int maximum) => (int)LongNumber(name, fallback, minimum, maximum);

    public long LongNumber(string name, long fallback, long minimum, long maximum)
    {
        var text = Text(name);
        if (text is null)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw new UsageException($"--{name} {text}: a whole number from {minimum} to {maximum} is wanted");
    }

    /// <summary>Seconds, with or without a fraction.</summary>
    public TimeSpan Seconds(string name, double fallback)
    {
        var text = Text(name);
        if (text is null)
        {
            return TimeSpan.FromSeconds(fallback);
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--{name} {text}: seconds from 0 to 86400 are wanted");
    }

    public T Choice<T>(string name, T fallback)
        where T : struct, Enum
    {
        var text = Text(name);
        if (text is null)
        {
            return fallback;
        }

        return Enum.TryParse<T>(text, ignoreCase: true, out var choice) && Enum.IsDefined(choice) && !char.IsAsciiDigit(text[0])
            ? choice
            : throw new UsageException($"--{name} {text}: one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()} is wanted");
    }

    /// <summary>Everything that no getter took, as it would be typed again.</summary>
    public IReadOnlyList<string> TakeRest()
    {
        string[] rest = [.. _left.SelectMany(option => option.Value is null ? new[] { "--" + option.Name } : ["--" + option.Name, option.Value])];
        _left.Clear();
        return rest;
    }

    /// <exception cref="UsageException">An option is left that nobody asked for.</exception>
    public void Complete()
    {
        if (_left.Count > 0)
        {
            throw new UsageException($"--{_left[0].Name} is unknown here");
        }
    }
}

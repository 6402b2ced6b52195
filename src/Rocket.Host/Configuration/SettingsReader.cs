using System.Globalization;
using Akka.Configuration.Hocon;

namespace Rocket.Host.Configuration;

/// <summary>
/// Reads typed values out of the layers. A bad one adds one line to <see cref="Errors"/> and yields a harmless value, so that all mistakes
/// are told at once.
/// </summary>
/// <remarks>Ranges are given as the text that stands in the reference too: one wording for documentation, check and error.</remarks>
internal sealed class SettingsReader(ConfigurationLayers layers)
{
    private readonly List<string> _errors = [];

    /// <summary>One line for each mistake: place, key, value, what is wanted.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Keys that were asked for; a broker's as <c>rocket.broker-defaults.…</c> or under the broker's name.</summary>
    public HashSet<string> Consumed { get; } = [];

    /// <summary>The range of each key that has one, as "least to greatest".</summary>
    public Dictionary<string, string> Ranges { get; } = [];

    /// <summary>Adds a mistake that concerns a key's value.</summary>
    public void Refuse(FoundValue found, string wanted) => AddError($"{found.Place}: {found.Path} = {found.Text}: {wanted}");

    /// <summary>Adds a mistake.</summary>
    public void AddError(string line)
    {
        if (!_errors.Contains(line))
        {
            _errors.Add(line);
        }
    }

    /// <summary>The strongest value of a key or, when no source has it, of the key that it inherits from.</summary>
    public FoundValue? Find(SettingPath path, SettingPath? inherited = null)
    {
        Consumed.Add(path.ToString());
        if (inherited is not null)
        {
            Consumed.Add(inherited.ToString());
        }

        return layers.Find(path) ?? (inherited is null ? null : layers.Find(inherited));
    }

    /// <summary>The names in a table such as <c>rocket.brokers</c>.</summary>
    public IReadOnlyList<string> NamesIn(SettingPath table)
    {
        Consumed.Add(table.ToString());
        return layers.NamesIn(table);
    }

    /// <summary>A text; <paramref name="refusal"/> says what is wrong with it, or null.</summary>
    public string Text(SettingPath path, Func<string, string?> refusal, SettingPath? inherited = null) =>
        Read(path, inherited, text => refusal(text) is { } wanted ? (null!, wanted) : (text, null), "");

    /// <summary>on, off, true or false.</summary>
    public bool Switch(SettingPath path, SettingPath? inherited = null) =>
        Choice(path, inherited, ("on", true), ("off", false), ("true", true), ("false", false));

    /// <summary>One of several words.</summary>
    public T Choice<T>(SettingPath path, SettingPath? inherited, params (string Word, T Value)[] choices) =>
        Read(
            path,
            inherited,
            text => Array.FindIndex(choices, choice => choice.Word == text) is var index and >= 0
                ? (choices[index].Value, null)
                : (choices[0].Value, "wants " + Listed([.. choices.Select(choice => choice.Word)])),
            choices[0].Value);

    /// <summary>A whole number.</summary>
    public int Number(SettingPath path, int least, int greatest, SettingPath? inherited = null)
    {
        var range = Range(path, inherited, Show(least), Show(greatest));
        return Read(
            path,
            inherited,
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= greatest
                ? (number, null)
                : (least, $"wants a whole number, {range}"),
            least);

        static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A port, or 0 for <c>off</c> (or 0): nothing listens.</summary>
    public int PortOrOff(SettingPath path)
    {
        var range = Range(path, null, "1", "65535");
        return Read(
            path,
            null,
            text => text == "off" ? (0, null)
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535 ? (port, null)
                : (0, $"wants a whole number, {range}, or off"),
            0);
    }

    /// <summary>A size in bytes; the bounds are sizes as a person writes them.</summary>
    public long Size(SettingPath path, string least, string greatest, SettingPath? inherited = null)
    {
        var range = Range(path, inherited, least, greatest);
        if (!HoconUnits.TryParseSize(least, out var from) || !HoconUnits.TryParseSize(greatest, out var to))
        {
            throw new ArgumentException($"no sizes: {least}, {greatest}");
        }

        return Read(
            path,
            inherited,
            text => HoconUnits.TryParseSize(text, out var bytes) && bytes >= from && bytes <= to
                ? (bytes, null)
                : (from, $"wants a size, {range}"),
            from);
    }

    /// <summary>A duration; the bounds are durations as a person writes them.</summary>
    public TimeSpan Duration(SettingPath path, string least, string greatest, SettingPath? inherited = null)
    {
        var range = Range(path, inherited, least, greatest);
        if (!HoconUnits.TryParseDuration(least, out var from) || !HoconUnits.TryParseDuration(greatest, out var to))
        {
            throw new ArgumentException($"no durations: {least}, {greatest}");
        }

        return Read(
            path,
            inherited,
            text => HoconUnits.TryParseDuration(text, out var duration) && duration >= from && duration <= to
                ? (duration, null)
                : (from, $"wants a duration, {range}"),
            from);
    }

    /// <summary>A list of single values.</summary>
    public IReadOnlyList<string> List(SettingPath path)
    {
        if (Find(path) is not { } found)
        {
            return [];
        }

        var items = found.Value.GetArray();
        if (!HoconShape.IsList(found.Value))
        {
            Refuse(found, HoconShape.ListWanted);
        }
        else if (items.All(item => HoconShape.IsScalar(item) && item.GetString() is { Length: > 0 }))
        {
            return [.. items.Select((HoconValue item) => item.GetString())];
        }
        else
        {
            Refuse(found, "wants a list of single values, such as [a, b]");
        }

        return [];
    }

    // "a, b or c".
    private static string Listed(IReadOnlyList<string> words) => string.Join(", ", words.SkipLast(1)) + " or " + words[^1];

    private string Range(SettingPath path, SettingPath? inherited, string least, string greatest)
    {
        var range = $"{least} to {greatest}";
        Ranges[(inherited ?? path).ToString()] = range;
        return range;
    }

    private T Read<T>(SettingPath path, SettingPath? inherited, Func<string, (T Value, string? Wanted)> parse, T harmless)
    {
        if (Find(path, inherited) is not { } found)
        {
            AddError($"{path} is missing");
            return harmless;
        }

        if (!HoconShape.IsScalar(found.Value))
        {
            Refuse(found, HoconShape.SingleWanted);
            return harmless;
        }

        if (found.Value.GetString() is not { } text)
        {
            Refuse(found, "wants a value");
            return harmless;
        }

        var (value, wanted) = parse(text);
        if (wanted is null)
        {
            return value;
        }

        Refuse(found, wanted);
        return harmless;
    }
}

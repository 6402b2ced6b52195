using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Rocket.Host.Configuration;

/// <summary>One HOCON text that settings come from: the built-in reference, the file, one <c>--set</c>, or what Rocket derives.</summary>
internal sealed partial class ConfigurationSource
{
    private readonly IReadOnlyDictionary<SettingPath, string> _places;

    private ConfigurationSource(string name, HoconObject root, IReadOnlyDictionary<SettingPath, string>? places = null, bool isBuiltIn = false)
    {
        IsBuiltIn = isBuiltIn;
        Name = name;
        Root = root;
        _places = places ?? new Dictionary<SettingPath, string>();
    }

    /// <summary>What a person knows this source by.</summary>
    public string Name { get; }

    /// <summary>Whether Rocket itself has worked these values out.</summary>
    public bool IsDerived { get; private init; }

    /// <summary>Whether they are defaults that no user has written.</summary>
    public bool IsBuiltIn { get; }

    /// <summary>The tree of values.</summary>
    public HoconObject Root { get; }

    /// <summary>Reads a whole text; <paramref name="error"/> is one line that names <paramref name="name"/> and the line in it.</summary>
    public static bool TryParseText(
        string name,
        string text,
        [NotNullWhen(true)] out ConfigurationSource? source,
        [NotNullWhen(false)] out string? error,
        bool isBuiltIn = false)
    {
        source = null;
        var outline = HoconOutline.Read(text);
        if (outline.Mistake is { } mistake)
        {
            error = $"{name}:{mistake.Line}: {mistake.Text}";
            return false;
        }

        if (!TryParse(text, out var root, out var reason))
        {
            error = $"{name}: {reason}";
            return false;
        }

        source = new ConfigurationSource(name, root, outline.Lines.ToDictionary(line => line.Key, line => $"{name}:{line.Value}"), isBuiltIn);
        error = null;
        return true;
    }

    /// <summary>Reads the argument of one <c>--set</c>.</summary>
    /// <remarks>
    /// The value is HOCON when it begins with one of <c>[ { "</c>; anything else is taken as it stands, so that nobody has to get double
    /// quotes through a shell only because a value holds a colon or a blank.
    /// </remarks>
    public static bool TryParseSet(
        string argument, [NotNullWhen(true)] out ConfigurationSource? source, [NotNullWhen(false)] out string? error)
    {
        source = null;
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var key = equals < 0 ? "" : argument[..equals].Trim();
        var value = equals < 0 ? "" : argument[(equals + 1)..].Trim();
        if (!KeyOfSet().IsMatch(key))
        {
            error = $"--set {argument}: wanted key=value, such as --set rocket.node-name=node1";
            return false;
        }

        if (value.Length == 0)
        {
            error = $"--set: {key} has no value; for an empty one write {key}=\"\"";
            return false;
        }

        var hocon = value[0] is '[' or '{' or '"'
            ? value
            : '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
        var text = $"{key} = {hocon}";
        var reason = HoconOutline.Read(text).Mistake?.Text;
        if (reason is not null || !TryParse(text, out var root, out reason))
        {
            error = $"--set {argument}: {reason}";
            return false;
        }

        source = new ConfigurationSource("--set", root);
        error = null;
        return true;
    }

    /// <summary>A source of values that Rocket has worked out, written as HOCON, each with what it was worked out from.</summary>
    public static ConfigurationSource Derived(IReadOnlyList<(SettingPath Path, string Value, string From)> values)
    {
        var hocon = string.Join('\n', values.Select(value => $"{value.Path} = {value.Value}"));
        if (!TryParse(hocon, out var root, out var reason))
        {
            throw new InvalidOperationException(reason);
        }

        var places = values.ToDictionary(value => value.Path, value => "derived from " + value.From);
        return new ConfigurationSource("derived", root, places) { IsDerived = true };
    }

    /// <summary>Where a key of this source stands, such as <c>hocon/node1.hocon:12</c>.</summary>
    public string PlaceOf(SettingPath path) => _places.GetValueOrDefault(path, Name);

    /// <summary>The value of a key; null when this source does not have it.</summary>
    public HoconValue? Find(SettingPath path)
    {
        var section = Root;
        for (var depth = 0; ; depth++)
        {
            if (!section.Items.TryGetValue(path.Segments[depth], out var value))
            {
                return null;
            }

            if (depth == path.Segments.Count - 1)
            {
                return value;
            }

            if (value.GetObject() is not { } below)
            {
                return null;
            }

            section = below;
        }
    }

    /// <summary>The tree as Akka wants it.</summary>
    public Config ToConfig()
    {
        var root = new HoconValue();
        root.NewValue(Root);
        return new Config(new HoconRoot(root));
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out HoconObject? root, [NotNullWhen(false)] out string? reason)
    {
        root = null;
        try
        {
            root = ConfigurationFactory.ParseString(text).Root.GetObject() ?? new HoconObject();
            reason = null;
            return true;
        }
#pragma warning disable CA1031 // Akka's parser throws FormatException, ConfigurationException, bare Exception and what its bugs lead to.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            reason = exception.Message.ReplaceLineEndings(" ").Trim();
            return false;
        }
    }

    [GeneratedRegex("""^(?:[A-Za-z0-9_%|-]+|"[^"\\\n]+")(?:\.(?:[A-Za-z0-9_%|-]+|"[^"\\\n]+"))*$""")]
    private static partial Regex KeyOfSet();
}

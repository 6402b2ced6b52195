using System.Text.RegularExpressions;

namespace Rocket.Host.Configuration;

/// <summary>A key's way through the HOCON tree, such as <c>rocket.brokers.broker-a.port</c>. Equal when the segments are.</summary>
internal sealed partial class SettingPath : IEquatable<SettingPath>
{
    private readonly string _text;

    private SettingPath(IReadOnlyList<string> segments)
    {
        Segments = segments;
        _text = string.Join('.', segments.Select(Quoted));
    }

    /// <summary>The names on the way, without quotes.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>The last name.</summary>
    public string Name => Segments[^1];

    /// <summary>A path without quoted names; for keys that the source code names.</summary>
    public static SettingPath Of(string dotted) => new(dotted.Split('.'));

    /// <summary>A path of the given names, which may hold any character.</summary>
    public static SettingPath Of(params IReadOnlyList<string> segments) => new(segments);

    /// <summary>The path of a key below this one.</summary>
    public SettingPath Under(string name) => new([.. Segments, name]);

    /// <summary>Whether this is <paramref name="ancestor"/> or lies below it.</summary>
    public bool IsWithin(SettingPath ancestor) =>
        Segments.Count >= ancestor.Segments.Count && Segments.Take(ancestor.Segments.Count).SequenceEqual(ancestor.Segments);

    /// <inheritdoc />
    public bool Equals(SettingPath? other) => other is not null && other._text == _text;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as SettingPath);

    /// <inheritdoc />
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>As HOCON writes it; names with other characters than letters, digits, - and _ are quoted.</summary>
    public override string ToString() => _text;

    private static string Quoted(string name) =>
        PlainName().IsMatch(name)
            ? name
            : '"' + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    [GeneratedRegex("^[A-Za-z0-9_-]+$")]
    private static partial Regex PlainName();
}

using System.Globalization;
using System.Text;
using Akka.Configuration.Hocon;

namespace Rocket.Host.Configuration;

/// <summary>What kind of thing a HOCON value is, and how it is written.</summary>
internal static class HoconShape
{
    /// <summary>Said of a value that should be a single one.</summary>
    public const string SingleWanted = "wants a single value";

    /// <summary>Said of a value that should be a list.</summary>
    public const string ListWanted = "wants a list, such as [a, b]";

    /// <summary>Whether it is a list; Akka's own IsArray says no to an empty one.</summary>
    public static bool IsList(HoconValue value) => value.Values.Exists(element => element is HoconArray) || value.IsArray();

    /// <summary>Whether it is a single value; a section and a list are not.</summary>
    public static bool IsScalar(HoconValue value) => !value.IsObject() && !IsList(value) && value.IsString();

    /// <summary>In one line, with double quotes where HOCON wants them.</summary>
    public static string Show(HoconValue value)
    {
        if (value.GetObject() is { } section)
        {
            return section.Items.Count == 0
                ? "{ }"
                : "{ " + string.Join(", ", section.Items.Select(item => $"{item.Key} = {Show(item.Value)}")) + " }";
        }

        if (IsList(value))
        {
            return "[" + string.Join(", ", value.GetArray().Select(Show)) + "]";
        }

        return Quote(value.IsString() ? value.GetString() ?? "null" : "");
    }

    /// <summary>In double quotes when the text needs them.</summary>
    public static string Quote(string text)
    {
        if (text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or '/' or ' ')
            && text.Trim().Length == text.Length && !text.Contains("//", StringComparison.Ordinal))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(character) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}

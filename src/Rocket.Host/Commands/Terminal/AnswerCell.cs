using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rocket.Host.Commands.Terminal;

/// <summary>One cell of an answer as a person reads it.</summary>
/// <param name="Text">Without anything that a terminal would obey: names of clients and topics come from strangers.</param>
/// <param name="IsNumber">Numbers stand to the right.</param>
internal readonly record struct AnswerCell(string Text, bool IsNumber)
{
    private const string Nothing = "-";

    public static AnswerCell Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => new AnswerCell(value.GetRawText(), true),
        JsonValueKind.True => new AnswerCell("yes", false),
        JsonValueKind.False => new AnswerCell("no", false),
        JsonValueKind.Null => new AnswerCell(Nothing, false),
        JsonValueKind.String when value.GetString() is { Length: > 0 } text => new AnswerCell(Harmless(text), false),
        JsonValueKind.String => new AnswerCell(Nothing, false),
        _ => new AnswerCell(Harmless(value.GetRawText()), false),
    };

    /// <summary>Control and format characters as their numbers: they move cursors, colour terminals and turn lines around.</summary>
    public static string Harmless(string text)
    {
        if (!text.Any(IsHarmful))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (var character in text)
        {
            shown.Append(IsHarmful(character) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}") : character.ToString());
        }

        return shown.ToString();
    }

    private static bool IsHarmful(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rocket.Actors.Inspection;

namespace Rocket.Host.Offline;

/// <summary>A line of a dump, for a person or for a script.</summary>
internal static class DumpText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions ReadableWriter = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>record offset=0 topic=T keys="a b"</c>.</summary>
    public static string Line(DumpLine line)
    {
        var text = new StringBuilder(line.Kind);
        foreach (var (name, value) in line.Values)
        {
            text.Append(' ').Append(name).Append('=').Append(value switch
            {
                string words => Quoted(words),
                bool truth => truth ? "true" : "false",
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            });
        }

        return text.ToString();
    }

    /// <summary>The same as an object, its kind first.</summary>
    public static string Json(DumpLine line)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, ReadableWriter))
        {
            json.WriteStartObject();
            json.WriteString("what", line.Kind);
            foreach (var (name, value) in line.Values)
            {
                json.WritePropertyName(name);
                switch (value)
                {
                    case string words:
                        json.WriteStringValue(words);
                        break;
                    case bool truth:
                        json.WriteBooleanValue(truth);
                        break;
                    default:
                        json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                        break;
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>As it is when it is one word, else as JSON quotes it: a line stays a line, whatever is in a message.</summary>
    private static string Quoted(string words) =>
        words.Length > 0 && !words.Any(character => char.IsWhiteSpace(character) || char.IsControl(character) || character is '"' or '=' or '\u2028' or '\u2029')
            ? words
            : JsonSerializer.Serialize(words, Readable);
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rocket.Actors.Storage.Inspection;

namespace Rocket.Host.Offline;

/// <summary>A verification as one JSON document, for scripts.</summary>
internal static class VerifyJson
{
    /// <summary>Paths and reasons stay readable; nothing of it goes into a web page.</summary>
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string folder, InspectionTally tally)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Readable))
        {
            json.WriteStartObject();
            json.WriteString("folder", Path.GetFullPath(folder));
            json.WriteStartArray("findings");
            foreach (var finding in tally.Findings)
            {
                json.WriteStartObject();
                json.WriteString("severity", VerifyCommand.NameOf(finding.Severity));
                json.WriteString("file", finding.File);
                json.WriteString("problem", finding.Problem);
                json.WriteString("remedy", finding.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("logs", tally.Logs);
            json.WriteNumber("records", tally.Records);
            json.WriteNumber("bytes", tally.Bytes);
            json.WriteNumber("damage", tally.Count(FindingSeverity.Damage));
            json.WriteNumber("warnings", tally.Count(FindingSeverity.Warning));
            json.WriteNumber("notes", tally.Count(FindingSeverity.Note));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}

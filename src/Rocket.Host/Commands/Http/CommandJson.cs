using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Rocket.Host.Commands.Http;

/// <summary>Commands, answers and refusals as JSON.</summary>
internal static class CommandJson
{
    /// <summary>Non-ASCII text stays readable; nobody puts this JSON into a page without escaping it himself.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><c>{"title","columns":[…],"rows":[[…]],"notes":[…]}</c>.</summary>
    public static void Write(IBufferWriter<byte> output, CommandResult result)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("title", result.Title);
        WriteTexts(json, "columns", result.Columns);
        json.WriteStartArray("rows");
        foreach (var row in result.Rows)
        {
            json.WriteStartArray();
            foreach (var cell in row)
            {
                WriteCell(json, cell);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        WriteTexts(json, "notes", result.Notes);
        json.WriteEndObject();
    }

    /// <summary>The same as a text.</summary>
    public static string TextOf(CommandResult result)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, result);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary><c>{"time","event","node","address"}</c>, without a line end.</summary>
    public static void Write(IBufferWriter<byte> output, TailLine line)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("time", line.Time);
        json.WriteString("event", line.Event);
        json.WriteString("node", line.Node);
        json.WriteString("address", line.Address);
        json.WriteEndObject();
    }

    /// <summary><c>{"error":{"code","message"}}</c>.</summary>
    public static void WriteError(IBufferWriter<byte> output, string code, string message)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Every command with its help: <c>{"commands":[…]}</c>.</summary>
    public static void Write(IBufferWriter<byte> output, IEnumerable<ICommand> commands)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteStartArray("commands");
        foreach (var command in commands)
        {
            WriteDescription(json, command.Description, command is ITailCommand);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDescription(Utf8JsonWriter json, CommandDescription command, bool isTail)
    {
        json.WriteStartObject();
        json.WriteString("palette", command.Palette);
        json.WriteString("name", command.Name);
        json.WriteString("summary", command.Summary);
        json.WriteString("usage", command.Usage);
        json.WriteString("help", CommandHelp.OfCommand(command));
        json.WriteBoolean("changes", command.Changes);
        json.WriteBoolean("tail", isTail);
        json.WriteString("question", command.Question);
        json.WriteStartArray("arguments");
        foreach (var argument in command.Arguments)
        {
            json.WriteStartObject();
            json.WriteString("name", argument.Name);
            json.WriteString("type", argument.Kind == ArgumentKind.Switch ? "boolean" : "string");
            json.WriteBoolean("required", argument.IsRequired);
            json.WriteString("help", argument.Help);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCell(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool value:
                json.WriteBooleanValue(value);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            default:
                throw new ArgumentException($"a cell of type {cell.GetType().Name}", nameof(cell));
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}

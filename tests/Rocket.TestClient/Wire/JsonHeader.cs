using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rocket.TestClient.Wire;

/// <summary>
/// Header as a JSON object. Written as Java clients do (members alphabetical, null members left out); read strictly: every extFields value
/// must be a string (Go clients break on anything else), code, flag, opaque and version must be int32, language one of the names.
/// </summary>
public static class JsonHeader
{
    // Java writes non-ASCII text as it is; the default encoder would escape it.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(IBufferWriter<byte> output, RemotingCommand command)
    {
        using var writer = new Utf8JsonWriter(output, WriterOptions);
        writer.WriteStartObject();
        writer.WriteNumber("code", command.Code);
        if (command.Fields.Count > 0)
        {
            writer.WriteStartObject("extFields");
            foreach (var (name, value) in command.Fields)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteNumber("flag", command.Flag);
        writer.WriteString("language", LanguageNames.Of(command.Language));
        writer.WriteNumber("opaque", command.Opaque);
        if (command.Remark is not null)
        {
            writer.WriteString("remark", command.Remark);
        }

        writer.WriteString("serializeTypeCurrentRPC", "JSON");
        writer.WriteNumber("version", command.Version);
        writer.WriteEndObject();
    }

    /// <exception cref="RemotingFormatException">Not a header; the message quotes it.</exception>
    public static RemotingCommand Read(ReadOnlySpan<byte> header)
    {
        try
        {
            return ReadObject(header);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or RemotingFormatException)
        {
            throw new RemotingFormatException($"JSON header is wrong: {problem.Message} in {System.Text.Encoding.UTF8.GetString(header)}", problem);
        }
    }

    private static RemotingCommand ReadObject(ReadOnlySpan<byte> header)
    {
        int? code = null, opaque = null, flag = null, version = null;
        LanguageCode? language = null;
        string? remark = null;
        HeaderFields fields = [];
        var reader = new Utf8JsonReader(header);
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "code": code = reader.GetInt32(); break;
                case "opaque": opaque = reader.GetInt32(); break;
                case "flag": flag = reader.GetInt32(); break;
                case "version": version = reader.GetInt32(); break;
                case "language": language = LanguageNames.Parse(reader.GetString()); break;
                case "remark": remark = reader.GetString(); break;
                case "extFields": fields = ReadFields(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        Expect(reader.TokenType == JsonTokenType.EndObject && !reader.Read(), "one object alone");
        return new RemotingCommand
        {
            Code = Required(code, "code"),
            Opaque = Required(opaque, "opaque"),
            Flag = Required(flag, "flag"),
            Version = Required(version, "version"),
            Language = language ?? throw new RemotingFormatException("member language is missing"),
            Remark = remark,
            Fields = fields,
        };
    }

    private static HeaderFields ReadFields(ref Utf8JsonReader reader)
    {
        HeaderFields fields = [];
        if (reader.TokenType == JsonTokenType.Null)
        {
            return fields;
        }

        Expect(reader.TokenType == JsonTokenType.StartObject, "extFields to be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            Expect(reader.TokenType == JsonTokenType.String, $"extFields.{name} to be a string");
            Expect(!fields.ContainsKey(name), $"extFields.{name} once");
            fields.Add(name, reader.GetString());
        }

        return fields;
    }

    private static int Required(int? value, string name) => value ?? throw new RemotingFormatException($"member {name} is missing");

    private static void Expect(bool holds, string what)
    {
        if (!holds)
        {
            throw new RemotingFormatException($"expected {what}");
        }
    }
}

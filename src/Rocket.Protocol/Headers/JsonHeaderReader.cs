using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Rocket.Protocol.Framing;
using TextSlice = Rocket.Protocol.Headers.CommandHeader.TextSlice;

namespace Rocket.Protocol.Headers;

/// <summary>
/// Reads one JSON header without building a document. Tolerant as RocketMQ's own reader is: member names in any case, trailing commas,
/// quoted numbers, unknown members of any shape.
/// </summary>
internal ref struct JsonHeaderReader
{
    /// <summary>Deepest nesting that an unknown member may have.</summary>
    private const int MaxDepth = 32;

    /// <summary>Most of a peer's text that an error message repeats.</summary>
    private const int QuotedBytes = 64;

    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, MaxDepth = MaxDepth };

    private readonly CommandHeader _header;
    private readonly byte[] _text;
    private Utf8JsonReader _json;
    private int _unescapedEnd;

    /// <param name="header">Receives the members.</param>
    /// <param name="text">The JSON in its first <paramref name="length"/> bytes, and as much room behind it for unescaped text.</param>
    /// <param name="length">Length of the JSON in bytes.</param>
    public JsonHeaderReader(CommandHeader header, byte[] text, int length)
    {
        _header = header;
        _text = text;
        _json = new Utf8JsonReader(text.AsSpan(0, length), Options);
        _unescapedEnd = length;
    }

    /// <summary>Reads the whole header.</summary>
    /// <exception cref="ProtocolViolationException">It is not one JSON object, or a member has the wrong type.</exception>
    public void Read()
    {
        try
        {
            if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
            {
                throw new ProtocolViolationException("header is not a JSON object");
            }

            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember();
            }
            // Sees to it that nothing stands behind the object.
            _json.Read();
        }
        catch (JsonException exception)
        {
            throw new ProtocolViolationException($"header is not valid JSON at byte {exception.BytePositionInLine}", exception);
        }
    }

    private void ReadMember()
    {
        var name = Slice(Take("a name of a member"));
        _json.Read();
        switch (name.Length)
        {
            case 4 when Ascii.EqualsIgnoreCase(name, "code"u8):
                _header.Code = ReadInt32("code"u8);
                break;
            case 4 when Ascii.EqualsIgnoreCase(name, "flag"u8):
                _header.Flag = ReadInt32("flag"u8);
                break;
            case 6 when Ascii.EqualsIgnoreCase(name, "opaque"u8):
                _header.Opaque = ReadInt32("opaque"u8);
                break;
            case 6 when Ascii.EqualsIgnoreCase(name, "remark"u8):
                ReadRemark();
                break;
            case 7 when Ascii.EqualsIgnoreCase(name, "version"u8):
                _header.Version = ReadInt32("version"u8);
                break;
            case 8 when Ascii.EqualsIgnoreCase(name, "language"u8):
                ReadLanguage();
                break;
            case 9 when Ascii.EqualsIgnoreCase(name, "extFields"u8):
                ReadFields();
                break;
            default:
                _json.Skip();
                break;
        }
    }

    private int ReadInt32(ReadOnlySpan<byte> member)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                return 0;
            case JsonTokenType.Number when _json.TryGetInt32(out var number):
                return number;
            case JsonTokenType.String when TryParseInt32(_json.ValueSpan, out var quoted):
                return quoted;
            default:
                throw Wrong(member, "a 32-bit integer");
        }
    }

    private void ReadRemark()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_json.TokenType != JsonTokenType.String)
        {
            throw Wrong("remark"u8, "a string");
        }

        _header.SetRemark(Take("remark"));
    }

    private void ReadLanguage()
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String:
                _header.Language = LanguageNames.Parse(_json.ValueSpan);
                break;
            case JsonTokenType.Number when _json.TryGetInt32(out var number):
                _header.Language = LanguageNames.FromNumber(number);
                break;
            default:
                throw Wrong("language"u8, "a name");
        }
    }

    private void ReadFields()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong("extFields"u8, "an object");
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Take("a name in extFields");
            _json.Read();
            switch (_json.TokenType)
            {
                case JsonTokenType.Null:
                    break;
                case JsonTokenType.String:
                case JsonTokenType.Number:
                case JsonTokenType.True:
                case JsonTokenType.False:
                    _header.AddField(name, Take("a value in extFields"));
                    break;
                default:
                    throw Wrong(Slice(name), "text");
            }
        }
    }

    /// <summary>Where the current token's text stands: in place, or behind the JSON when it had to be unescaped.</summary>
    private TextSlice Take(string what)
    {
        var length = _json.ValueSpan.Length;
        if (!_json.ValueIsEscaped)
        {
            var quote = _json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0;
            return new TextSlice((int)_json.TokenStartIndex + quote, length);
        }

        try
        {
            var slice = new TextSlice(_unescapedEnd, _json.CopyString(_text.AsSpan(_unescapedEnd)));
            _unescapedEnd += slice.Length;
            return slice;
        }
        catch (InvalidOperationException exception)
        {
            // Half a surrogate pair, or bytes that are not UTF-8.
            throw new ProtocolViolationException($"header holds {what} that is not Unicode text", exception);
        }
    }

    private readonly ReadOnlySpan<byte> Slice(TextSlice slice) => _text.AsSpan(slice.Start, slice.Length);

    private readonly ProtocolViolationException Wrong(ReadOnlySpan<byte> member, string wanted) =>
        new($"header member {Encoding.UTF8.GetString(member[..Math.Min(member.Length, QuotedBytes)])} must be {wanted}, not {Found()}");

    private readonly string Found() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => Encoding.UTF8.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, QuotedBytes)]),
    };

    private static bool TryParseInt32(ReadOnlySpan<byte> text, out int value) =>
        Utf8Parser.TryParse(text, out value, out var consumed) && consumed == text.Length;
}

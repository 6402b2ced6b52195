using System.Buffers.Text;
using System.Text;
using Rocket.Protocol.Headers;

namespace Rocket.Protocol.Requests;

/// <summary>
/// Reads extFields as typed values and remembers the first one that was wrong; after that every value is a default, so a request reads
/// all its fields in one go and looks at <see cref="Succeeded"/> once.
/// </summary>
/// <remarks>
/// An empty text is as good as none for a number or a boolean (binary headers cannot tell the two apart). A boolean is true or false in
/// any case, or 1 or 0, which C++ clients send.
/// </remarks>
internal ref struct FieldReader(CommandHeader header)
{
    /// <summary>Most of a peer's text that an error message repeats.</summary>
    private const int QuotedBytes = 64;

    private readonly CommandHeader _header = header;
    private string _error = string.Empty;

    /// <summary>Whether every field so far was good; else the first error.</summary>
    public readonly bool Succeeded(out string error)
    {
        error = _error;
        return error.Length == 0;
    }

    public ReadOnlySpan<byte> RequiredText(ReadOnlySpan<byte> name) => RequiredText(name, _header.IndexOf(name));

    public readonly ReadOnlySpan<byte> Text(ReadOnlySpan<byte> name) => Text(_header.IndexOf(name));

    public string RequiredString(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(RequiredText(name));

    public readonly string? OptionalString(ReadOnlySpan<byte> name) =>
        _header.TryGetField(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    public int RequiredInt32(ReadOnlySpan<byte> name) => RequiredInt32(name, _header.IndexOf(name));

    public int? OptionalInt32(ReadOnlySpan<byte> name) => OptionalInt32(name, _header.IndexOf(name));

    public int Int32(ReadOnlySpan<byte> name) => OptionalInt32(name) ?? 0;

    public long RequiredInt64(ReadOnlySpan<byte> name) => RequiredInt64(name, _header.IndexOf(name));

    public long? OptionalInt64(ReadOnlySpan<byte> name) => OptionalInt64(name, _header.IndexOf(name));

    public bool RequiredBoolean(ReadOnlySpan<byte> name)
    {
        var value = OptionalBoolean(name, _header.IndexOf(name));
        if (value is null)
        {
            Missing(name);
        }

        return value ?? false;
    }

    public bool Boolean(ReadOnlySpan<byte> name) => OptionalBoolean(name, _header.IndexOf(name)) ?? false;

    public bool? OptionalBoolean(ReadOnlySpan<byte> name) => OptionalBoolean(name, _header.IndexOf(name));

    // The same with the field's place known already (negative: absent); the name then only serves the error.

    public ReadOnlySpan<byte> RequiredText(ReadOnlySpan<byte> name, int index)
    {
        if (index < 0)
        {
            Missing(name);
        }

        return Text(index);
    }

    public readonly ReadOnlySpan<byte> Text(int index) => index < 0 ? default : _header.FieldValue(index);

    public int RequiredInt32(ReadOnlySpan<byte> name, int index)
    {
        var value = OptionalInt32(name, index);
        if (value is null)
        {
            Missing(name);
        }

        return value ?? 0;
    }

    public int? OptionalInt32(ReadOnlySpan<byte> name, int index)
    {
        var text = Text(index);
        if (text.IsEmpty)
        {
            return null;
        }

        if (Utf8Parser.TryParse(text, out int value, out var consumed) && consumed == text.Length)
        {
            return value;
        }

        Wrong(name, text, "a 32-bit integer");
        return 0;
    }

    public long RequiredInt64(ReadOnlySpan<byte> name, int index)
    {
        var value = OptionalInt64(name, index);
        if (value is null)
        {
            Missing(name);
        }

        return value ?? 0;
    }

    public long? OptionalInt64(ReadOnlySpan<byte> name, int index)
    {
        var text = Text(index);
        if (text.IsEmpty)
        {
            return null;
        }

        if (Utf8Parser.TryParse(text, out long value, out var consumed) && consumed == text.Length)
        {
            return value;
        }

        Wrong(name, text, "a 64-bit integer");
        return 0;
    }

    public bool? OptionalBoolean(ReadOnlySpan<byte> name, int index)
    {
        var text = Text(index);
        if (text.IsEmpty)
        {
            return null;
        }

        if (text is [(byte)'1'] || Ascii.EqualsIgnoreCase(text, "true"u8))
        {
            return true;
        }

        if (text is [(byte)'0'] || Ascii.EqualsIgnoreCase(text, "false"u8))
        {
            return false;
        }

        Wrong(name, text, "true or false");
        return false;
    }

    private void Missing(ReadOnlySpan<byte> name)
    {
        if (_error.Length == 0)
        {
            _error = $"the field {Encoding.UTF8.GetString(name)} is missing";
        }
    }

    private void Wrong(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, string wanted)
    {
        if (_error.Length > 0)
        {
            return;
        }

        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, QuotedBytes)]);
        var cut = text.Length > QuotedBytes ? "…" : string.Empty;
        _error = $"the field {Encoding.UTF8.GetString(name)} is \"{shown}\"{cut}, not {wanted}";
    }
}

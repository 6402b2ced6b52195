using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Rocket.Actors.Links;

/// <summary>Writes the fields of small frames: numbers big-endian, a text as uint16 length in UTF-8 bytes (65535: null) and these bytes.</summary>
internal static class LinkFields
{
    internal const int NullLength = ushort.MaxValue;
    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void WriteByte(this IBufferWriter<byte> output, byte value) => output.Write([value]);

    public static void WriteBool(this IBufferWriter<byte> output, bool value) => output.WriteByte(value ? (byte)1 : (byte)0);

    public static void WriteUInt16(this IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(sizeof(ushort)), checked((ushort)value));
        output.Advance(sizeof(ushort));
    }

    public static void WriteInt32(this IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public static void WriteInt64(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public static void WriteText(this IBufferWriter<byte> output, string? value)
    {
        if (value is null)
        {
            output.WriteUInt16(NullLength);
            return;
        }

        var length = Utf8.GetByteCount(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(length, NullLength, nameof(value));
        output.WriteUInt16(length);
        Utf8.GetBytes(value, output);
    }
}

/// <summary>Reads what <see cref="LinkFields"/> wrote. Every method throws <see cref="LinkViolationException"/> where the bytes are something else.</summary>
internal ref struct LinkFieldReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _left = bytes;

    /// <summary>What is yet to be read.</summary>
    public readonly ReadOnlySpan<byte> Left => _left;

    public byte ReadByte() => Cut(1)[0];

    public bool ReadBool() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw new LinkViolationException($"{other} is neither 0 nor 1"),
    };

    public int ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Cut(sizeof(ushort)));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Cut(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Cut(sizeof(long)));

    public string ReadText() => ReadOptionalText() ?? throw new LinkViolationException("a text is missing");

    public string? ReadOptionalText()
    {
        var length = ReadUInt16();
        if (length == LinkFields.NullLength)
        {
            return null;
        }

        try
        {
            return LinkFields.Utf8.GetString(Cut(length));
        }
        catch (DecoderFallbackException notText)
        {
            throw new LinkViolationException("a text is not UTF-8", notText);
        }
    }

    /// <summary>The next bytes as they are.</summary>
    public ReadOnlySpan<byte> Cut(int count)
    {
        if (_left.Length < count)
        {
            throw new LinkViolationException($"it ends {count - _left.Length} bytes early");
        }

        var cut = _left[..count];
        _left = _left[count..];
        return cut;
    }

    /// <summary>Lets another reader cut its part off.</summary>
    public void Skip(ReadOnlySpan<byte> left) => _left = left;

    /// <summary>Refuses what follows the last field.</summary>
    public readonly void End()
    {
        if (!_left.IsEmpty)
        {
            throw new LinkViolationException($"{_left.Length} bytes too many");
        }
    }
}

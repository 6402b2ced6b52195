using System.IO.Compression;
using System.Text;

namespace Rocket.Actors.Wire;

/// <summary>Reads what a <see cref="PayloadWriter"/> wrote. Every method throws <see cref="InvalidDataException"/> for bytes that none wrote.</summary>
public sealed class PayloadReader
{
    /// <summary>Greatest uncompressed content in bytes; far above any part, so that a false length cannot take all memory.</summary>
    private const int MaxContentBytes = 16 * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlyMemory<byte> _content;
    private readonly List<string> _texts = [];
    private int _position;

    public PayloadReader(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            throw new InvalidDataException("The payload is empty.");
        }

        _content = payload[1..];
        switch (payload.Span[0])
        {
            case PayloadWriter.Plain:
                return;
            case PayloadWriter.Compressed:
                _content = Decompress();
                _position = 0;
                return;
            default:
                throw new InvalidDataException($"Payload format {payload.Span[0]} is not known here.");
        }
    }

    /// <summary>Whether everything has been read.</summary>
    public bool IsAtEnd => _position == _content.Length;

    public ulong ReadUnsigned()
    {
        ReadOnlySpan<byte> content = _content.Span;
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_position >= content.Length)
            {
                throw new InvalidDataException("The payload ends within a number.");
            }

            byte next = content[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number in the payload is too long.");
    }

    public long ReadSigned()
    {
        ulong value = ReadUnsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A signed number that fits 32 bits.</summary>
    public int ReadInt32()
    {
        long value = ReadSigned();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new InvalidDataException($"{value} in the payload is out of range.");
    }

    /// <summary>Number of items that follow; each takes at least one byte, so more than the bytes left is a lie.</summary>
    public int ReadCount()
    {
        ulong count = ReadUnsigned();
        return count <= (ulong)(_content.Length - _position)
            ? (int)count
            : throw new InvalidDataException($"The payload claims {count} items and ends before.");
    }

    public string ReadText()
    {
        ulong index = ReadUnsigned();
        if (index > (ulong)_texts.Count)
        {
            throw new InvalidDataException($"The payload refers to text {index} of {_texts.Count}.");
        }

        if (index > 0)
        {
            return _texts[(int)index - 1];
        }

        int length = ReadCount();
        string text;
        try
        {
            text = StrictUtf8.GetString(_content.Span.Slice(_position, length));
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("A text in the payload is not UTF-8.", exception);
        }

        _position += length;
        _texts.Add(text);
        return text;
    }

    private byte[] Decompress()
    {
        ulong length = ReadUnsigned();
        if (length > MaxContentBytes)
        {
            throw new InvalidDataException($"The payload claims {length} bytes; {MaxContentBytes} are allowed.");
        }

        var content = new byte[(int)length];
        if (!BrotliDecoder.TryDecompress(_content.Span[_position..], content, out int written) || written != content.Length)
        {
            throw new InvalidDataException("The payload cannot be decompressed.");
        }

        return content;
    }
}

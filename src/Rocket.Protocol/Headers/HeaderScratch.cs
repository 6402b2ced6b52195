using System.Buffers.Binary;
using System.Buffers.Text;

namespace Rocket.Protocol.Headers;

/// <summary>The growing buffer that a <see cref="CommandEncoder"/> builds its header in.</summary>
internal sealed class HeaderScratch
{
    /// <summary>A buffer that one long header made greater than this is given up when the next header starts.</summary>
    private const int RetainedBytes = 64 * 1024;

    /// <summary>The same for <see cref="Trim"/>, which is called while nothing is to be written.</summary>
    private const int IdleBytes = 16 * 1024;

    private const int InitialBytes = 1024;
    private const int LongestInt64 = 20;

    private byte[] _bytes = new byte[InitialBytes];

    /// <summary>Bytes written since <see cref="Clear"/>.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > RetainedBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <summary>Starts anew and gives up what a long header has made large.</summary>
    public void Trim()
    {
        Length = 0;
        if (_bytes.Length > IdleBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <summary>Takes the next <paramref name="count"/> bytes for writing.</summary>
    public Span<byte> Take(int count)
    {
        var needed = checked(Length + count);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }

        var span = _bytes.AsSpan(Length, count);
        Length = needed;
        return span;
    }

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Write(byte value) => Take(1)[0] = value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    /// <summary>Overwrites an int32 written earlier.</summary>
    public void PatchInt32(int position, int value) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(position), value);

    /// <summary>Writes a number as decimal text.</summary>
    public void WriteDecimal(long value)
    {
        Span<byte> text = stackalloc byte[LongestInt64];
        Utf8Formatter.TryFormat(value, text, out var length);
        Write(text[..length]);
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>Fills a span with big-endian numbers and strings, front to back.</summary>
internal ref struct RecordBytesWriter(Span<byte> destination)
{
    private Span<byte> left = destination;

    /// <summary>Bytes not filled yet.</summary>
    public readonly int Left => left.Length;

    /// <summary>Bytes that a string takes.</summary>
    /// <exception cref="ArgumentException">It is longer than its length field can say.</exception>
    public static int SizeOf(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        return length <= ushort.MaxValue
            ? sizeof(ushort) + length
            : throw new ArgumentException($"A name of {length} bytes can't be stored; {ushort.MaxValue} is the most.", nameof(value));
    }

    public void WriteByte(byte value)
    {
        left[0] = value;
        left = left[1..];
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(left, value);
        left = left[sizeof(int)..];
    }

    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(left, value);
        left = left[sizeof(long)..];
    }

    public void WriteString(string value)
    {
        var length = Encoding.UTF8.GetBytes(value, left[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt16BigEndian(left, (ushort)length);
        left = left[(sizeof(ushort) + length)..];
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(left);
        left = left[value.Length..];
    }
}

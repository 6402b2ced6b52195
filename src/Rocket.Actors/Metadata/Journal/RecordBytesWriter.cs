using System.Buffers.Binary;
using System.Text;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>Fills a span with big-endian numbers and strings, front to back.</summary>
internal ref struct RecordBytesWriter(Span<byte> destination)
{
    private Span<byte> _left = destination;

    /// <summary>Bytes not filled yet.</summary>
    public readonly int Left => _left.Length;

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
        _left[0] = value;
        _left = _left[1..];
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_left, value);
        _left = _left[sizeof(int)..];
    }

    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_left, value);
        _left = _left[sizeof(long)..];
    }

    public void WriteString(string value)
    {
        var length = Encoding.UTF8.GetBytes(value, _left[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt16BigEndian(_left, (ushort)length);
        _left = _left[(sizeof(ushort) + length)..];
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_left);
        _left = _left[value.Length..];
    }
}

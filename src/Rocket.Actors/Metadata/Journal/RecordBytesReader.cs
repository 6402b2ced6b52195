using System.Buffers.Binary;
using System.Text;

namespace Rocket.Actors.Metadata.Journal;

/// <summary>Reads what <see cref="RecordBytesWriter"/> wrote, front to back.</summary>
/// <exception cref="FormatException">From every method: the bytes end too early.</exception>
internal ref struct RecordBytesReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _left = source;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Left => _left;

    public byte ReadByte() => Cut(sizeof(byte))[0];

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Cut(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Cut(sizeof(long)));

    public string ReadString() => Encoding.UTF8.GetString(Cut(BinaryPrimitives.ReadUInt16BigEndian(Cut(sizeof(ushort)))));

    public ReadOnlySpan<byte> ReadBytes(int count) =>
        count >= 0 ? Cut(count) : throw new FormatException($"A metadata record says that {count} bytes follow.");

    private ReadOnlySpan<byte> Cut(int count)
    {
        if (_left.Length < count)
        {
            throw new FormatException("A metadata record ends too early.");
        }

        var cut = _left[..count];
        _left = _left[count..];
        return cut;
    }
}

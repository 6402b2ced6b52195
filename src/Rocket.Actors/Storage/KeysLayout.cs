using System.Buffers.Binary;

namespace Rocket.Actors.Storage;

/// <summary>
/// An entry of a segment's keys, behind its <see cref="SegmentHeader"/>: in the order of the records while the segment is written,
/// ascending by (hash, offset) once the header says sealed. Big-endian.
/// <code>
///   0                  8               10               16
///  +------------------+---------------+----------------+
///  | uint64 key hash  | uint16 check  | uint48 offset  |
///  +------------------+---------------+----------------+
///  check: CRC-32C over key hash and offset (as int64), folded to 16 bits.
/// </code>
/// </summary>
internal static class KeysLayout
{
    public const int HashAt = 0;
    public const int CheckedOffsetAt = HashAt + sizeof(ulong);
    public const int EntrySize = CheckedOffsetAt + sizeof(long);

    public const int OffsetBits = 48;
    public const long MaxOffset = (1L << OffsetBits) - 1;

    /// <summary>Bytes of a keys file with so many entries; also where the next entry goes.</summary>
    public static long FileLength(long entries) => SegmentHeader.Size + (entries * EntrySize);

    /// <summary>Entries in a keys file of this length; a file that was never written has none.</summary>
    public static long EntriesIn(long fileLength) => fileLength < SegmentHeader.Size ? 0 : (fileLength - SegmentHeader.Size) / EntrySize;

    public static void Write(Span<byte> destination, in KeyEntry entry)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination[HashAt..], entry.Hash);
        BinaryPrimitives.WriteUInt64BigEndian(destination[CheckedOffsetAt..], ((ulong)CheckOf(entry) << OffsetBits) | (ulong)entry.Offset);
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out KeyEntry entry)
    {
        var checkedOffset = BinaryPrimitives.ReadUInt64BigEndian(source[CheckedOffsetAt..]);
        entry = new KeyEntry(BinaryPrimitives.ReadUInt64BigEndian(source[HashAt..]), (long)(checkedOffset & MaxOffset));
        return (ushort)(checkedOffset >> OffsetBits) == CheckOf(entry);
    }

    private static ushort CheckOf(in KeyEntry entry) =>
        Checksum.Fold(Checksum.Continue(Checksum.Continue(Checksum.Start, (long)entry.Hash), entry.Offset));
}

/// <summary>One key of one record.</summary>
internal readonly record struct KeyEntry(ulong Hash, long Offset) : IComparable<KeyEntry>
{
    public int CompareTo(KeyEntry other)
    {
        var byHash = Hash.CompareTo(other.Hash);
        return byHash != 0 ? byHash : Offset.CompareTo(other.Offset);
    }
}

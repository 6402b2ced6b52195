using System.Buffers.Binary;

namespace Rocket.Actors.Storage;

/// <summary>
/// An entry of a segment's index, behind its <see cref="SegmentHeader"/>; the n-th entry belongs to the segment's n-th record. Big-endian.
/// <code>
///   0                8              12             16              18                24
///  +----------------+--------------+--------------+---------------+-----------------+
///  | int64 position | int32 size   | int32 tag    | uint16 check  | uint48 store    |
///  | in the log     | of payload   | hash         |               | timestamp (ms)  |
///  +----------------+--------------+--------------+---------------+-----------------+
///  check: CRC-32C over position, size, tag hash and timestamp (as int64), folded to 16 bits.
/// </code>
/// </summary>
internal static class IndexLayout
{
    public const int PositionAt = 0;
    public const int SizeAt = PositionAt + sizeof(long);
    public const int TagHashAt = SizeAt + sizeof(int);
    public const int CheckedTimestampAt = TagHashAt + sizeof(int);
    public const int EntrySize = CheckedTimestampAt + sizeof(long);

    public const int TimestampBits = 48;
    public const long MaxTimestamp = (1L << TimestampBits) - 1;

    /// <summary>Bytes of an index file with so many entries; also where the next entry goes.</summary>
    public static long FileLength(long entries) => SegmentHeader.Size + (entries * EntrySize);

    public static void Write(Span<byte> destination, in IndexEntry entry)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination[PositionAt..], entry.Position);
        BinaryPrimitives.WriteInt32BigEndian(destination[SizeAt..], entry.Size);
        BinaryPrimitives.WriteInt32BigEndian(destination[TagHashAt..], entry.TagHash);
        BinaryPrimitives.WriteUInt64BigEndian(
            destination[CheckedTimestampAt..], ((ulong)CheckOf(entry) << TimestampBits) | (ulong)entry.StoreTimestamp);
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out IndexEntry entry)
    {
        var checkedTimestamp = BinaryPrimitives.ReadUInt64BigEndian(source[CheckedTimestampAt..]);
        entry = new IndexEntry(
            BinaryPrimitives.ReadInt64BigEndian(source[PositionAt..]),
            BinaryPrimitives.ReadInt32BigEndian(source[SizeAt..]),
            BinaryPrimitives.ReadInt32BigEndian(source[TagHashAt..]),
            (long)(checkedTimestamp & MaxTimestamp));
        return (ushort)(checkedTimestamp >> TimestampBits) == CheckOf(entry);
    }

    private static ushort CheckOf(in IndexEntry entry)
    {
        var state = Checksum.Continue(Checksum.Start, entry.Position);
        state = Checksum.Continue(state, entry.Size);
        state = Checksum.Continue(state, entry.TagHash);
        return Checksum.Fold(Checksum.Continue(state, entry.StoreTimestamp));
    }
}

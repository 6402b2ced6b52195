using System.Buffers.Binary;

namespace Rocket.Actors.Storage;

/// <summary>
/// The first 64 bytes of every segment, index and keys file. Big-endian. Size, magic, version and CRC stay where they are in every version.
/// <code>
///   0                8                12               16                24
///  +----------------+----------------+----------------+-----------------+----------------+
///  | magic: kind    | int32 version  | int32 flags    | int64 position  | int64 offset   |
///  |                |                | 1 sealed       | of first record | of first record|
///  |                |                | 2 first of log |                 |                |
///  +----------------+----------------+----------------+-----------------+----------------+
///   32                                48                56               60
///  +---------------------------------+-----------------+----------------+----------------+
///  | log identity: XxHash128 of      | int64 entries   | 0              | uint32 CRC-32C |
///  | the log's name                  | (sealed keys)   |                | of bytes 0–59  |
///  +---------------------------------+-----------------+----------------+----------------+
/// </code>
/// The identity makes a file that was copied in from another log known as foreign.
/// </summary>
/// <param name="Kind">Which of the three files.</param>
/// <param name="Base">The segment's first record.</param>
/// <param name="Identity">Hash of the log's name.</param>
/// <param name="SealedEntries">Entries in a sealed, sorted keys file; −1 otherwise.</param>
/// <param name="IsFirstOfLog">The log began with this segment: without a checkpoint, the first one found must say so.</param>
internal readonly record struct SegmentHeader(
    SegmentFileKind Kind, LogPoint Base, UInt128 Identity, long SealedEntries = -1, bool IsFirstOfLog = false)
{
    public const int MagicAt = 0;
    public const int VersionAt = MagicAt + sizeof(ulong);
    public const int FlagsAt = VersionAt + sizeof(int);
    public const int PositionAt = FlagsAt + sizeof(int);
    public const int OffsetAt = PositionAt + sizeof(long);
    public const int IdentityAt = OffsetAt + sizeof(long);
    public const int EntriesAt = IdentityAt + (2 * sizeof(ulong));
    public const int ReservedAt = EntriesAt + sizeof(long);
    public const int ChecksumAt = ReservedAt + sizeof(int);
    public const int Size = ChecksumAt + sizeof(uint);

    public const int CurrentVersion = 1;

    private const int SealedFlag = 1;
    private const int FirstOfLogFlag = 2;

    public bool IsSealed => SealedEntries >= 0;

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(destination[MagicAt..], (ulong)Kind);
        BinaryPrimitives.WriteInt32BigEndian(destination[VersionAt..], CurrentVersion);
        BinaryPrimitives.WriteInt32BigEndian(destination[FlagsAt..], (IsSealed ? SealedFlag : 0) | (IsFirstOfLog ? FirstOfLogFlag : 0));
        BinaryPrimitives.WriteInt64BigEndian(destination[PositionAt..], Base.Position);
        BinaryPrimitives.WriteInt64BigEndian(destination[OffsetAt..], Base.Offset);
        BinaryPrimitives.WriteUInt128BigEndian(destination[IdentityAt..], Identity);
        BinaryPrimitives.WriteInt64BigEndian(destination[EntriesAt..], IsSealed ? SealedEntries : 0);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ChecksumAt..], Checksum.Of(destination[..ChecksumAt]));
    }

    public void WriteTo(IStorageFile file)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        file.Write(bytes, 0);
    }

    /// <summary>Reads the head of a file and says what it is.</summary>
    /// <exception cref="NewerFormatException">The header is whole and of a version above <see cref="CurrentVersion"/>.</exception>
    public static HeaderState Read(IStorageFile file, string fileName, SegmentFileKind expectedKind, out SegmentHeader header)
    {
        header = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (file.Read(bytes, 0) < Size || !bytes.ContainsAnyExcept((byte)0))
        {
            return HeaderState.Unwritten;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[ChecksumAt..]) != Checksum.Of(bytes[..ChecksumAt]))
        {
            return HeaderState.Damaged;
        }

        var version = BinaryPrimitives.ReadInt32BigEndian(bytes[VersionAt..]);
        if (version > CurrentVersion)
        {
            throw new NewerFormatException(fileName, version, CurrentVersion);
        }

        var kind = (SegmentFileKind)BinaryPrimitives.ReadUInt64BigEndian(bytes[MagicAt..]);
        if (kind != expectedKind)
        {
            return HeaderState.Damaged;
        }

        var flags = BinaryPrimitives.ReadInt32BigEndian(bytes[FlagsAt..]);
        header = new SegmentHeader(
            kind,
            new LogPoint(
                BinaryPrimitives.ReadInt64BigEndian(bytes[PositionAt..]),
                BinaryPrimitives.ReadInt64BigEndian(bytes[OffsetAt..])),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[IdentityAt..]),
            (flags & SealedFlag) != 0 ? BinaryPrimitives.ReadInt64BigEndian(bytes[EntriesAt..]) : -1,
            (flags & FirstOfLogFlag) != 0);
        return HeaderState.Valid;
    }
}

/// <summary>The three files of a segment, by their magic numbers.</summary>
internal enum SegmentFileKind : ulong
{
    None = 0,

    /// <summary>"RKTLOG\r\n": records.</summary>
    Log = 0x524B_544C_4F47_0D0A,

    /// <summary>"RKTIDX\r\n": one entry a record.</summary>
    Index = 0x524B_5449_4458_0D0A,

    /// <summary>"RKTKEY\r\n": one entry a key of a record.</summary>
    Keys = 0x524B_544B_4559_0D0A,
}

/// <summary>What the head of a file turned out to be.</summary>
internal enum HeaderState
{
    /// <summary>Whole, of the expected kind.</summary>
    Valid,

    /// <summary>Too short or all zero: created, but its header never reached the disk.</summary>
    Unwritten,

    /// <summary>Neither: a header is written at once and lies in one sector, so a crash does not explain this.</summary>
    Damaged,
}

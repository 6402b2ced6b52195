using System.Buffers.Binary;

namespace Rocket.Actors.Storage;

/// <summary>
/// What a checkpoint says: everything before <see cref="Flushed"/> is on the disk, and so are index and keys up to the lengths named. Big-endian.
/// <code>
///   0        8           12          16          24                40
///  +--------+-----------+-----------+-----------+-----------------+-----------------+
///  | magic  | int32     | int32     | int64     | flushed:        | minimum:        |
///  |        | version   | flags     | sequence  | position,offset | position,offset |
///  +--------+-----------+-----------+-----------+-----------------+-----------------+
///   56                72              80         96          112          252
///  +-----------------+---------------+----------+-----------+------------+----------+
///  | active segment: | int64 entries | boot id  | identity  | zeros      | CRC-32C  |
///  | position,offset | in its keys   |          | of log    |            | of 0–251 |
///  +-----------------+---------------+----------+-----------+------------+----------+
/// </code>
/// The length of the active segment's index follows from its first offset and the flushed one.
/// </summary>
/// <param name="Sequence">Counts checkpoints; the greater of two valid slots holds.</param>
/// <param name="Flushed">Behind the last record covered.</param>
/// <param name="Minimum">The first record that is kept; earlier segments may be deleted.</param>
/// <param name="Active">The first record of the segment that holds the last record covered.</param>
/// <param name="KeyEntries">Entries in that segment's keys for records before <see cref="Flushed"/>.</param>
/// <param name="BootId">The run of the machine in which it was written.</param>
/// <param name="Identity">Hash of the log's name.</param>
/// <param name="IsCleanStop">Whether the log was closed behind it: nothing follows.</param>
internal sealed record CheckpointSlot(
    long Sequence,
    LogPoint Flushed,
    LogPoint Minimum,
    LogPoint Active,
    long KeyEntries,
    Guid BootId,
    UInt128 Identity,
    bool IsCleanStop)
{
    public const int Size = 256;
    public const int CurrentVersion = 1;

    /// <summary>"RKTCHK\r\n".</summary>
    public const ulong Magic = 0x524B_5443_484B_0D0A;
    private const int CleanStopFlag = 1;
    private const int VersionAt = 8;
    private const int FlagsAt = VersionAt + sizeof(int);
    private const int SequenceAt = FlagsAt + sizeof(int);
    private const int FlushedAt = SequenceAt + sizeof(long);
    private const int MinimumAt = FlushedAt + PointSize;
    private const int ActiveAt = MinimumAt + PointSize;
    private const int KeyEntriesAt = ActiveAt + PointSize;
    private const int BootIdAt = KeyEntriesAt + sizeof(long);
    private const int IdentityAt = BootIdAt + 16;
    private const int ChecksumAt = Size - sizeof(uint);
    private const int PointSize = 2 * sizeof(long);

    public void Write(Span<byte> destination)
    {
        destination[..Size].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(destination, Magic);
        BinaryPrimitives.WriteInt32BigEndian(destination[VersionAt..], CurrentVersion);
        BinaryPrimitives.WriteInt32BigEndian(destination[FlagsAt..], IsCleanStop ? CleanStopFlag : 0);
        BinaryPrimitives.WriteInt64BigEndian(destination[SequenceAt..], Sequence);
        WritePoint(destination[FlushedAt..], Flushed);
        WritePoint(destination[MinimumAt..], Minimum);
        WritePoint(destination[ActiveAt..], Active);
        BinaryPrimitives.WriteInt64BigEndian(destination[KeyEntriesAt..], KeyEntries);
        BootId.TryWriteBytes(destination[BootIdAt..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt128BigEndian(destination[IdentityAt..], Identity);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ChecksumAt..], Checksum.Of(destination[..ChecksumAt]));
    }

    /// <exception cref="NewerFormatException">The slot is whole and of a version above <see cref="CurrentVersion"/>.</exception>
    public static CheckpointSlot? TryRead(ReadOnlySpan<byte> source, string fileName)
    {
        if (source.Length < Size
            || BinaryPrimitives.ReadUInt32BigEndian(source[ChecksumAt..]) != Checksum.Of(source[..ChecksumAt])
            || BinaryPrimitives.ReadUInt64BigEndian(source) != Magic)
        {
            return null;
        }

        var version = BinaryPrimitives.ReadInt32BigEndian(source[VersionAt..]);
        if (version > CurrentVersion)
        {
            throw new NewerFormatException(fileName, version, CurrentVersion);
        }

        return new CheckpointSlot(
            BinaryPrimitives.ReadInt64BigEndian(source[SequenceAt..]),
            ReadPoint(source[FlushedAt..]),
            ReadPoint(source[MinimumAt..]),
            ReadPoint(source[ActiveAt..]),
            BinaryPrimitives.ReadInt64BigEndian(source[KeyEntriesAt..]),
            new Guid(source.Slice(BootIdAt, 16), bigEndian: true),
            BinaryPrimitives.ReadUInt128BigEndian(source[IdentityAt..]),
            (BinaryPrimitives.ReadInt32BigEndian(source[FlagsAt..]) & CleanStopFlag) != 0);
    }

    private static void WritePoint(Span<byte> destination, LogPoint point)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, point.Position);
        BinaryPrimitives.WriteInt64BigEndian(destination[sizeof(long)..], point.Offset);
    }

    private static LogPoint ReadPoint(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt64BigEndian(source), BinaryPrimitives.ReadInt64BigEndian(source[sizeof(long)..]));
}

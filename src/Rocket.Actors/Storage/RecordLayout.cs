using System.Buffers.Binary;

namespace Rocket.Actors.Storage;

/// <summary>
/// A record in a segment. Big-endian.
/// <code>
///   0               4             8                 16
///  +---------------+-------------+-----------------+-----------------+
///  | int32 length  | uint32 CRC  | int64 epoch     | payload         |
///  | of payload    |             |                 | (1 … 2^31 − 17) |
///  +---------------+-------------+-----------------+-----------------+
///  CRC-32C over epoch, length, payload, in this order.
/// </code>
/// </summary>
internal static class RecordLayout
{
    public const int LengthAt = 0;
    public const int ChecksumAt = LengthAt + sizeof(int);
    public const int EpochAt = ChecksumAt + sizeof(uint);
    public const int HeaderSize = EpochAt + sizeof(long);

    public static void WriteHeader(Span<byte> header, long epoch, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt32BigEndian(header[LengthAt..], payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[ChecksumAt..], ChecksumOf(epoch, payload));
        BinaryPrimitives.WriteInt64BigEndian(header[EpochAt..], epoch);
    }

    public static int LengthOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt32BigEndian(header[LengthAt..]);

    public static long EpochOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadInt64BigEndian(header[EpochAt..]);

    /// <summary>Whether header and payload are what was written together.</summary>
    public static bool Matches(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        LengthOf(header) == payload.Length
        && BinaryPrimitives.ReadUInt32BigEndian(header[ChecksumAt..]) == ChecksumOf(EpochOf(header), payload);

    private static uint ChecksumOf(long epoch, ReadOnlySpan<byte> payload)
    {
        var state = Checksum.Continue(Checksum.Start, epoch);
        state = Checksum.Continue(state, payload.Length);
        return ~Checksum.Continue(state, payload);
    }
}

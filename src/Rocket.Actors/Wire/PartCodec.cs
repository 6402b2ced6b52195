using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Rocket.Actors.Wire;

/// <summary>
/// Parts and their keys as bytes; numbers big-endian.
/// <code>
/// part: int64 epoch | int64 version | payload as it is
/// key:  UTF-8 of family/index/owner
/// </code>
/// </summary>
internal static class PartCodec
{
    private const int VersionOffset = sizeof(long);
    private const int PayloadOffset = VersionOffset + sizeof(long);

    public static byte[] Write(PublishedPart part)
    {
        var bytes = new byte[PayloadOffset + part.Payload.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, part.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(VersionOffset), part.Version);
        part.Payload.Span.CopyTo(bytes.AsSpan(PayloadOffset));
        return bytes;
    }

    public static PublishedPart Read(byte[] bytes)
    {
        if (bytes.Length < PayloadOffset)
        {
            throw new InvalidDataException($"A part of {bytes.Length} bytes is shorter than its head of {PayloadOffset}.");
        }

        return new PublishedPart(
            BinaryPrimitives.ReadInt64BigEndian(bytes),
            BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(VersionOffset)),
            bytes.AsMemory(PayloadOffset));
    }

    public static byte[] WriteKey(PartKey key) => Encoding.UTF8.GetBytes(key.Id);

    public static PartKey ReadKey(byte[] bytes)
    {
        string[] pieces = Encoding.UTF8.GetString(bytes).Split('/', 3);
        if (pieces.Length != 3 || !int.TryParse(pieces[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            throw new InvalidDataException($"'{string.Join('/', pieces)}' is not the key of a part.");
        }

        return new PartKey(pieces[0], pieces[2], index);
    }
}

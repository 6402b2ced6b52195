using System.Buffers;
using System.Buffers.Binary;
using Rocket.Actors.Storage;

namespace Rocket.Actors.Links;

/// <summary>
/// One frame between two nodes; numbers big-endian:
/// <code>
///  0          4           8        9
/// +----------+-----------+--------+---------------+
/// | int32    | uint32    | uint8  | n bytes       |
/// | length   | CRC-32C   | kind   | payload       |
/// | = 1 + n  | of the two that follow             |
/// +----------+-----------+--------+---------------+
/// </code>
/// </summary>
public static class LinkFrameLayout
{
    /// <summary>Bytes in front of the payload.</summary>
    public const int HeadBytes = PayloadAt;

    /// <summary>
    /// Greatest payload in bytes: the greatest frame that <c>rocket.limits.max-frame-size</c> lets a client send, which may have to be forwarded,
    /// and 64 KiB for what is put in front of it. Not configurable, because the receiving node's limit would have to be the sending one's.
    /// </summary>
    public const int MaxPayloadBytes = (64 << 20) + (64 << 10);

    internal const int ChecksumAt = sizeof(int);
    internal const int KindAt = ChecksumAt + sizeof(uint);
    internal const int PayloadAt = KindAt + 1;

    /// <summary>Writes the head of a frame whose payload stands behind it already.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="kind">What it is.</param>
    internal static void WriteHead(Span<byte> frame, LinkKind kind)
    {
        frame[KindAt] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - KindAt);
        BinaryPrimitives.WriteUInt32BigEndian(frame[ChecksumAt..], Checksum.Of(frame[KindAt..]));
    }

    /// <summary>The checksum of kind and payload.</summary>
    internal static uint ChecksumOf(in ReadOnlySequence<byte> kindAndPayload)
    {
        if (kindAndPayload.IsSingleSegment)
        {
            return Checksum.Of(kindAndPayload.FirstSpan);
        }

        var state = Checksum.Start;
        foreach (var segment in kindAndPayload)
        {
            state = Checksum.Continue(state, segment.Span);
        }

        return ~state;
    }
}

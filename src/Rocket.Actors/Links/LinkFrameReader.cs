using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rocket.Actors.Links;

/// <summary>A frame in the receive buffer: dies with it.</summary>
/// <param name="Kind">What it is; may be a number that is not known here.</param>
/// <param name="Payload">Its content.</param>
public readonly record struct LinkFrameView(LinkKind Kind, ReadOnlySequence<byte> Payload);

/// <summary>Cuts frames off a receive buffer; keeps nothing between calls.</summary>
public static class LinkFrameReader
{
    /// <summary>
    /// Cuts one frame off the front of <paramref name="buffer"/>. False: more bytes are needed and the buffer is untouched. A length is judged as
    /// soon as it is there, so that nobody makes us hold a frame that would be refused.
    /// </summary>
    /// <param name="buffer">What was received.</param>
    /// <param name="maxPayloadBytes">Greatest payload that is taken.</param>
    /// <param name="frame">The frame, checked.</param>
    /// <exception cref="LinkViolationException">A length out of range, or a wrong checksum.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxPayloadBytes, out LinkFrameView frame)
    {
        frame = default;
        if (buffer.Length < sizeof(int))
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[LinkFrameLayout.PayloadAt];
        var head = Head(buffer, copy);
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length < 1 || length - 1 > maxPayloadBytes)
        {
            ThrowLength(length, maxPayloadBytes);
        }

        if (buffer.Length - LinkFrameLayout.KindAt < length)
        {
            return false;
        }

        var content = buffer.Slice(LinkFrameLayout.KindAt, length);
        var expected = BinaryPrimitives.ReadUInt32BigEndian(head[LinkFrameLayout.ChecksumAt..]);
        var actual = LinkFrameLayout.ChecksumOf(content);
        if (actual != expected)
        {
            ThrowChecksum(expected, actual, length);
        }

        frame = new LinkFrameView((LinkKind)head[LinkFrameLayout.KindAt], content.Slice(1));
        buffer = buffer.Slice(content.End);
        return true;
    }

    private static ReadOnlySpan<byte> Head(in ReadOnlySequence<byte> buffer, Span<byte> copy)
    {
        if (buffer.FirstSpan.Length >= LinkFrameLayout.PayloadAt)
        {
            return buffer.FirstSpan[..LinkFrameLayout.PayloadAt];
        }

        var known = (int)Math.Min(LinkFrameLayout.PayloadAt, buffer.Length);
        buffer.Slice(0, known).CopyTo(copy);
        return copy[..known];
    }

    [DoesNotReturn]
    private static void ThrowLength(int length, int maxPayloadBytes) =>
        throw new LinkViolationException($"a frame of {length} bytes is none: 1 to {maxPayloadBytes + 1L} are allowed here");

    [DoesNotReturn]
    private static void ThrowChecksum(uint expected, uint actual, int length) =>
        throw new LinkViolationException($"a frame of {length} bytes says that its CRC-32C is {expected:x8}, but it is {actual:x8}");
}

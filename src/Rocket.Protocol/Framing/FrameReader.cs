using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rocket.Protocol.Framing;

/// <summary>Cuts frames off a receive buffer; keeps nothing between calls.</summary>
public static class FrameReader
{
    /// <summary>
    /// Cuts one frame off the front of <paramref name="buffer"/>. False: more bytes are needed and the buffer is untouched.
    /// Lengths are judged as soon as they are there, so that no peer makes us wait for, or hold, a frame that would be refused.
    /// </summary>
    /// <exception cref="ProtocolViolationException">A length beyond <paramref name="limits"/>, a negative one, a header longer than its
    /// frame, or an unknown serialize type.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, FrameLimits limits, out Frame frame)
    {
        frame = default;
        if (buffer.Length < FrameLayout.LengthBytes)
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[FrameLayout.HeaderAt];
        var prefix = Prefix(buffer, copy);

        var length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length < FrameLayout.HeaderWordBytes)
        {
            ThrowTooShort(length);
        }

        if (length > limits.MaxFrameBytes)
        {
            ThrowTooLong(length, limits);
        }

        if (prefix.Length < FrameLayout.HeaderAt)
        {
            return false;
        }

        var word = BinaryPrimitives.ReadUInt32BigEndian(prefix[FrameLayout.HeaderWordAt..]);
        var type = (SerializeType)(word >> FrameLayout.SerializeTypeShift);
        var headerBytes = (int)(word & FrameLayout.GreatestHeaderBytes);
        if (type > SerializeType.RocketMq)
        {
            ThrowUnknownType(type);
        }

        if (headerBytes > limits.MaxHeaderBytes)
        {
            ThrowHeaderTooLong(headerBytes, limits);
        }

        if (headerBytes > length - FrameLayout.HeaderWordBytes)
        {
            ThrowHeaderBeyondFrame(headerBytes, length);
        }

        if (buffer.Length - FrameLayout.LengthBytes < length)
        {
            return false;
        }

        var end = FrameLayout.LengthBytes + (long)length;
        frame = new Frame(
            type,
            buffer.Slice(FrameLayout.HeaderAt, headerBytes),
            buffer.Slice(FrameLayout.HeaderAt + headerBytes, length - FrameLayout.HeaderWordBytes - headerBytes));
        buffer = buffer.Slice(end);
        return true;
    }

    /// <summary>
    /// Bytes of the whole frame, its length field included, whose beginning <see cref="TryRead"/> found to be sound; 0 when too little of it is there.
    /// </summary>
    public static int AnnouncedBytes(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < FrameLayout.LengthBytes)
        {
            return 0;
        }

        Span<byte> copy = stackalloc byte[FrameLayout.HeaderAt];
        return BinaryPrimitives.ReadInt32BigEndian(Prefix(buffer, copy)) + FrameLayout.LengthBytes;
    }

    private static ReadOnlySpan<byte> Prefix(in ReadOnlySequence<byte> buffer, Span<byte> copy)
    {
        if (buffer.FirstSpan.Length >= FrameLayout.HeaderAt)
        {
            return buffer.FirstSpan[..FrameLayout.HeaderAt];
        }

        var known = (int)Math.Min(FrameLayout.HeaderAt, buffer.Length);
        buffer.Slice(0, known).CopyTo(copy);
        return copy[..known];
    }

    [DoesNotReturn]
    private static void ThrowTooShort(int length) =>
        throw new ProtocolViolationException($"frame length {length} is less than {FrameLayout.HeaderWordBytes}");

    [DoesNotReturn]
    private static void ThrowTooLong(int length, FrameLimits limits) =>
        throw new ProtocolViolationException($"frame length {length} is over the limit of {limits.MaxFrameBytes} bytes");

    [DoesNotReturn]
    private static void ThrowUnknownType(SerializeType type) =>
        throw new ProtocolViolationException($"serialize type {(byte)type} is neither 0 (JSON) nor 1 (ROCKETMQ)");

    [DoesNotReturn]
    private static void ThrowHeaderTooLong(int headerBytes, FrameLimits limits) =>
        throw new ProtocolViolationException($"header length {headerBytes} is over the limit of {limits.MaxHeaderBytes} bytes");

    [DoesNotReturn]
    private static void ThrowHeaderBeyondFrame(int headerBytes, int length) =>
        throw new ProtocolViolationException($"header length {headerBytes} does not fit into a frame of {length} bytes");
}

using System.Buffers.Binary;

namespace Rocket.TestClient.Wire;

/// <summary>Reads whole frames from the front of a buffer.</summary>
public static class FrameDecoder
{
    /// <summary>
    /// Length in bytes of the frame that <paramref name="bytes"/> begins with, its length field included; 0 while the first 8 bytes are not all there.
    /// </summary>
    /// <exception cref="RemotingFormatException">The first 8 bytes can't begin a frame.</exception>
    public static int FrameLength(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FrameLayout.PrefixBytes)
        {
            return 0;
        }

        var total = BinaryPrimitives.ReadInt32BigEndian(bytes);
        if (total is < FrameLayout.PrefixBytes - FrameLayout.LengthBytes or > FrameLayout.MaxFrameBytes)
        {
            throw new RemotingFormatException($"frame length {total} is outside 4..{FrameLayout.MaxFrameBytes}");
        }

        var header = HeaderLength(bytes);
        if (header > total - (FrameLayout.PrefixBytes - FrameLayout.LengthBytes))
        {
            throw new RemotingFormatException($"header length {header} is longer than its frame of {total}");
        }

        var type = bytes[FrameLayout.HeaderLengthAt];
        if (type > (byte)SerializeType.RocketMq)
        {
            throw new RemotingFormatException($"serialize type {type} is unknown");
        }

        return total + FrameLayout.LengthBytes;
    }

    /// <summary>Header length of the frame that <paramref name="bytes"/> begins with.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadInt32BigEndian(bytes[FrameLayout.HeaderLengthAt..]) & FrameLayout.MaxHeaderBytes;

    /// <summary>Decodes one whole frame; header and body are copied, so the buffer may be used again.</summary>
    /// <exception cref="RemotingFormatException">Not one whole frame, or a header the protocol does not allow.</exception>
    public static RemotingCommand Decode(ReadOnlySpan<byte> frame)
    {
        if (FrameLength(frame) != frame.Length)
        {
            throw new RemotingFormatException($"{frame.Length} B are not one whole frame");
        }

        var type = (SerializeType)frame[FrameLayout.HeaderLengthAt];
        var headerLength = HeaderLength(frame);
        var header = frame.Slice(FrameLayout.PrefixBytes, headerLength).ToArray();
        var command = type == SerializeType.Json ? JsonHeader.Read(header) : BinaryHeader.Read(header);
        return command with
        {
            SerializeType = type,
            HeaderBytes = header,
            Body = frame[(FrameLayout.PrefixBytes + headerLength)..].ToArray(),
        };
    }
}

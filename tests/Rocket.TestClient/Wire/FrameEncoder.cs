using System.Buffers.Binary;

namespace Rocket.TestClient.Wire;

/// <summary>Writes whole frames.</summary>
public static class FrameEncoder
{
    /// <summary>Appends the frame of <paramref name="command"/> to <paramref name="output"/>.</summary>
    /// <exception cref="ArgumentException">The command does not fit its encoding (binary: code or version over 16 bits, a name over 32 767 bytes).</exception>
    public static void Write(ByteBuffer output, RemotingCommand command, SerializeType fallback = SerializeType.Json)
    {
        var type = command.SerializeType ?? fallback;
        var start = output.Length;
        output.GetSpan(FrameLayout.PrefixBytes)[..FrameLayout.PrefixBytes].Clear();
        output.Advance(FrameLayout.PrefixBytes);
        if (type == SerializeType.Json)
        {
            JsonHeader.Write(output, command);
        }
        else
        {
            BinaryHeader.Write(output, command);
        }

        var headerBytes = output.Length - start - FrameLayout.PrefixBytes;
        if (headerBytes > FrameLayout.MaxHeaderBytes)
        {
            throw new ArgumentException($"header of {headerBytes} B does not fit the frame's 24 bits", nameof(command));
        }

        output.Write(command.Body.Span);
        WritePrefix(output.Written[start..], output.Length - start - FrameLayout.LengthBytes, type, headerBytes);
    }

    /// <summary>The frame of <paramref name="command"/> as an array of its own.</summary>
    public static byte[] ToArray(RemotingCommand command, SerializeType fallback = SerializeType.Json)
    {
        var output = new ByteBuffer(256 + command.Body.Length);
        Write(output, command, fallback);
        return output.Written.ToArray();
    }

    /// <summary>Writes the 8 bytes before a header; lengths may be lies, for hostile tests.</summary>
    public static void WritePrefix(Span<byte> destination, int totalLength, SerializeType type, int headerBytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, totalLength);
        BinaryPrimitives.WriteUInt32BigEndian(destination[FrameLayout.HeaderLengthAt..], ((uint)type << 24) | ((uint)headerBytes & FrameLayout.MaxHeaderBytes));
    }
}

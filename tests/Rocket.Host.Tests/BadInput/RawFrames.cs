using System.Buffers.Binary;
using System.Text;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.BadInput;

/// <summary>Frames by hand, true or lying.</summary>
internal static class RawFrames
{
    private const string GoodSend =
        """{"code":310,"flag":0,"language":"JAVA","opaque":1,"version":409,"extFields":FIELDS}""";

    /// <summary>A frame whose prefix says what the caller wants, whatever follows.</summary>
    public static byte[] Frame(int totalLength, byte type, int headerLength, ReadOnlySpan<byte> rest)
    {
        var frame = new byte[8 + rest.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, totalLength);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), ((uint)type << 24) | ((uint)headerLength & 0xFFFFFF));
        rest.CopyTo(frame.AsSpan(8));
        return frame;
    }

    /// <summary>An honest frame around a JSON header.</summary>
    public static byte[] Json(string header, ReadOnlySpan<byte> body = default) => Honest(0, Encoding.UTF8.GetBytes(header), body);

    /// <summary>An honest frame around a binary header.</summary>
    public static byte[] Binary(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body = default) => Honest(1, header, body);

    /// <summary>A send whose extFields are this JSON.</summary>
    public static byte[] SendWithFields(string fields) => Json(GoodSend.Replace("FIELDS", fields, StringComparison.Ordinal), "x"u8);

    /// <summary>A send that nothing is wrong with.</summary>
    public static byte[] Send(string topic, SerializeType type) =>
        FrameEncoder.ToArray(SendRequest.For(topic, "body", tags: "TagA", keys: "k1").ToCommand() with { Opaque = 7 }, type);

    private static byte[] Honest(byte type, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body) =>
        Frame(4 + header.Length + body.Length, type, header.Length, [.. header, .. body]);
}

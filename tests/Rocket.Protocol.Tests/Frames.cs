using System.Buffers;
using System.Text;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Xunit;

namespace Rocket.Protocol.Tests;

/// <summary>Whole frames to and from byte arrays.</summary>
internal static class Frames
{
    /// <summary>The frame of a started command.</summary>
    public static byte[] Write(CommandEncoder encoder, byte[]? body = null)
    {
        var output = new ArrayBufferWriter<byte>();
        encoder.WriteTo(output, body ?? []);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The header of a started command as text.</summary>
    public static string HeaderText(CommandEncoder encoder) => Encoding.UTF8.GetString(Write(encoder)[FrameLayout.HeaderAt..]);

    /// <summary>Reads the one frame that <paramref name="bytes"/> are.</summary>
    public static CommandHeader ReadHeader(byte[] bytes, out byte[] body) => ReadHeader(new ReadOnlySequence<byte>(bytes), out body);

    /// <summary>Reads the one frame that <paramref name="bytes"/> are.</summary>
    public static CommandHeader ReadHeader(ReadOnlySequence<byte> bytes, out byte[] body)
    {
        Assert.True(FrameReader.TryRead(ref bytes, FrameLimits.Default, out var frame));
        Assert.True(bytes.IsEmpty);
        var header = new CommandHeader();
        header.Decode(frame.Header, frame.SerializeType);
        body = frame.Body.ToArray();
        return header;
    }

    /// <summary>A header from its JSON text.</summary>
    public static CommandHeader Json(string text) => Decode(Encoding.UTF8.GetBytes(text), SerializeType.Json);

    /// <summary>A header from its bytes.</summary>
    public static CommandHeader Decode(byte[] bytes, SerializeType type)
    {
        var header = new CommandHeader();
        header.Decode(new ReadOnlySequence<byte>(bytes), type);
        return header;
    }
}

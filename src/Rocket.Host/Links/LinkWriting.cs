using System.Buffers;
using Rocket.Actors.Links;

namespace Rocket.Host.Links;

/// <summary>Copies frames between pipes and memory.</summary>
internal static class LinkWriting
{
    /// <summary>Writes one frame with this payload.</summary>
    public static void WriteFrame(IBufferWriter<byte> output, LinkKind kind, ReadOnlySpan<byte> payload)
    {
        var frame = LinkFrame.Copy(kind, payload);
        output.Write(frame.Bytes);
        frame.Release();
    }

    /// <summary>A copy in one piece.</summary>
    public static ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> sequence) => sequence.ToArray();
}

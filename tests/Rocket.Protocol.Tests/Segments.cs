using System.Buffers;

namespace Rocket.Protocol.Tests;

/// <summary>Bytes cut into several pieces of memory, as a socket delivers them.</summary>
internal static class Segments
{
    /// <summary>Two segments: the bytes before and from <paramref name="index"/>.</summary>
    public static ReadOnlySequence<byte> SplitAt(byte[] bytes, int index) => Of([bytes[..index], bytes[index..]]);

    /// <summary>A segment for each byte.</summary>
    public static ReadOnlySequence<byte> ByteByByte(byte[] bytes) => Of([.. bytes.Select(value => new[] { value })]);

    /// <summary>The pieces in order; empty ones stay, as they do in a pipe.</summary>
    public static ReadOnlySequence<byte> Of(IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        var first = new Piece(pieces[0], 0);
        var last = first;
        foreach (var piece in pieces.Skip(1))
        {
            last = last.Append(piece);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long runningIndex)
        {
            Memory = bytes;
            RunningIndex = runningIndex;
        }

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Rocket.Actors.Wire;

/// <summary>
/// Writes the payload of a <see cref="PublishedPart"/>.
/// <code>
/// byte 0: 1 = content follows as it is
///         2 = unsigned number (uncompressed length), then the content compressed by Brotli
/// content: unsigned number   7 bits a byte, lowest first, top bit = more follow
///          signed number     zigzag, then as unsigned
///          text              unsigned n: 0 = new text: unsigned UTF-8 length, bytes; n > 0 = the n-th new text of this payload again
/// </code>
/// Names repeat a lot in routes and client lists; what the table of texts leaves is halved or better by Brotli's fastest level. A payload is
/// encoded once, by its writer: the bytes are opaque from then on, as DistributedData's digests need them.
/// </summary>
public sealed class PayloadWriter
{
    internal const byte Plain = 1, Compressed = 2;

    /// <summary>Shorter content is not worth the attempt.</summary>
    private const int CompressFrom = 256;

    private const int BrotliQuality = 1, BrotliWindowBits = 18;

    private readonly ArrayBufferWriter<byte> _content = new(1024);
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);

    public void WriteUnsigned(ulong value)
    {
        Span<byte> destination = _content.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            destination[length++] = (byte)(value | 0x80);
        }

        destination[length++] = (byte)value;
        _content.Advance(length);
    }

    public void WriteSigned(long value) => WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    public void WriteText(string text)
    {
        if (_texts.TryGetValue(text, out int index))
        {
            WriteUnsigned((ulong)index);
            return;
        }

        _texts.Add(text, _texts.Count + 1);
        WriteUnsigned(0);
        int length = Encoding.UTF8.GetByteCount(text);
        WriteUnsigned((ulong)length);
        Encoding.UTF8.GetBytes(text, _content.GetSpan(length));
        _content.Advance(length);
    }

    /// <summary>The payload. The writer is used up after this call.</summary>
    public byte[] ToPayload()
    {
        ReadOnlySpan<byte> content = _content.WrittenSpan;
        if (content.Length >= CompressFrom)
        {
            var compressed = new byte[content.Length];
            if (BrotliEncoder.TryCompress(content, compressed, out int written, BrotliQuality, BrotliWindowBits) && written < content.Length - 8)
            {
                var head = new PayloadWriter();
                head._content.Write([Compressed]);
                head.WriteUnsigned((ulong)content.Length);
                return [.. head._content.WrittenSpan, .. compressed.AsSpan(0, written)];
            }
        }

        return [Plain, .. content];
    }
}

using System.Buffers.Binary;

namespace Rocket.Benchmarks.Load;

/// <summary>
/// First bytes of a body that is long enough; who sent it, and when:
/// <code>
/// 0   int32  magic "RKTL"
/// 4   int32  producer
/// 8   int64  sequence of that producer in that queue, from 0
/// 16  int64  Stopwatch ticks of the sending process
/// </code>
/// </summary>
internal readonly record struct BodyStamp(int Producer, long Sequence, long SentAt)
{
    public const int Length = SentAtAt + 8;

    private const int Magic = 0x524B544C;
    private const int ProducerAt = 4;
    private const int SequenceAt = ProducerAt + 4;
    private const int SentAtAt = SequenceAt + 8;

    public void Write(Span<byte> body)
    {
        BinaryPrimitives.WriteInt32BigEndian(body, Magic);
        BinaryPrimitives.WriteInt32BigEndian(body[ProducerAt..], Producer);
        BinaryPrimitives.WriteInt64BigEndian(body[SequenceAt..], Sequence);
        BinaryPrimitives.WriteInt64BigEndian(body[SentAtAt..], SentAt);
    }

    /// <summary>False when this body was not stamped.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out BodyStamp stamp)
    {
        if (body.Length < Length || BinaryPrimitives.ReadInt32BigEndian(body) != Magic)
        {
            stamp = default;
            return false;
        }

        stamp = new BodyStamp(
            BinaryPrimitives.ReadInt32BigEndian(body[ProducerAt..]),
            BinaryPrimitives.ReadInt64BigEndian(body[SequenceAt..]),
            BinaryPrimitives.ReadInt64BigEndian(body[SentAtAt..]));
        return true;
    }
}

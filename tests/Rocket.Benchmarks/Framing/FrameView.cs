using Rocket.TestClient.Wire;

namespace Rocket.Benchmarks.Framing;

/// <summary>One whole frame where it lies.</summary>
internal readonly ref struct FrameView(ReadOnlySpan<byte> frame)
{
    private readonly ReadOnlySpan<byte> _frame = frame;

    public SerializeType Type => (SerializeType)_frame[FrameLayout.HeaderLengthAt];

    public ReadOnlySpan<byte> Header => _frame.Slice(FrameLayout.PrefixBytes, FrameDecoder.HeaderLength(_frame));

    public ReadOnlySpan<byte> Body => _frame[(FrameLayout.PrefixBytes + FrameDecoder.HeaderLength(_frame))..];
}

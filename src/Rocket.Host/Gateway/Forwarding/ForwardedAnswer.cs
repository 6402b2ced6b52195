using System.Buffers;
using System.IO.Pipelines;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>An answer that another node has put together: written as it is, the client's own number in it.</summary>
internal sealed class ForwardedAnswer : IReply
{
    private readonly ForwardChannel _channel;
    private readonly byte[] _frame;
    private readonly int _bytes;
    private readonly int _charge;

    /// <param name="channel">Where it came from.</param>
    /// <param name="frame">The frame, copied here.</param>
    /// <param name="charge">What its request counts in the client's budget.</param>
    public ForwardedAnswer(ForwardChannel channel, in ReadOnlySequence<byte> frame, int charge)
    {
        (_channel, _bytes) = (channel, (int)frame.Length);
        _frame = ArrayPool<byte>.Shared.Rent(_bytes);
        frame.CopyTo(_frame);
        _charge = charge + _bytes;
        channel.Client.Outstanding.Take(_bytes);
    }

    public int Prepare() => _bytes;

    public void WriteTo(CommandEncoder encoder, PipeWriter output) => output.Write(_frame.AsSpan(0, _bytes));

    public void Completed()
    {
        ArrayPool<byte>.Shared.Return(_frame);
        _channel.Client.Outstanding.Release(_charge);
        _channel.AnswerGone(_bytes);
    }
}

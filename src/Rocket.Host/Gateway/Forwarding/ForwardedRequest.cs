using System.Buffers;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Responses;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>A client's request that another node answers. Exactly one of <see cref="Answered"/>, <see cref="Lost"/> and <see cref="Sent"/> is called, once.</summary>
internal abstract class ForwardedRequest(GatewayConnection client, ReplyAddress address)
{
    public GatewayConnection Client => client;

    public ReplyAddress Address => address;

    /// <summary>An earlier one with the same number: a client may use a number twice.</summary>
    public ForwardedRequest? Earlier { get; set; }

    /// <summary>Whether it waits for messages, for which nobody waits when its node stops.</summary>
    public virtual bool MayWaitLong => false;

    /// <summary>The answer is here.</summary>
    /// <param name="channel">Wants to know when the answer is gone.</param>
    /// <param name="frame">Valid during the call.</param>
    public abstract void Answered(ForwardChannel channel, in ReadOnlySequence<byte> frame);

    /// <summary>No answer will come; whether it was served is not known.</summary>
    public abstract void Lost();

    /// <summary>It is on its way, and wants no answer.</summary>
    public abstract void Sent();
}

/// <summary>One whose answer goes to the client as it is.</summary>
internal class ForwardedCall(GatewayConnection client, ReplyAddress address, int charge) : ForwardedRequest(client, address)
{
    protected int Charge => charge;

    public override void Answered(ForwardChannel channel, in ReadOnlySequence<byte> frame)
    {
        var answer = new ForwardedAnswer(channel, frame, charge);
        channel.Client.Reply(answer);
    }

    /// <summary>An error that makes clients turn to another broker, or come again.</summary>
    public override void Lost() => new PendingAnswer(Client, Address, charge).Answer(
        ResponseCode.ServiceNotAvailable, $"service not available now: the node that leads broker {Client.BrokerName} was lost before it answered, try another one");

    public override void Sent() => Client.Outstanding.Release(charge);
}

/// <summary>A pull that waits for messages at the leader. When that is lost, none have come; the client asks again where it did.</summary>
internal sealed class ForwardedPull(GatewayConnection client, ReplyAddress address, int charge, long offset) : ForwardedCall(client, address, charge)
{
    public override bool MayWaitLong => true;

    public override void Lost() => new PendingAnswer(Client, Address, Charge).Answer(
        ResponseCode.PullNotFound, "OFFSET_OVERFLOW_ONE", encoder => PullMessageResponse.AddTo(encoder, suggestWhichBrokerId: 0, offset, minOffset: 0, maxOffset: offset));
}

/// <summary>One that is tried again when it is lost, since no client would take an error for what it is.</summary>
internal sealed class HeldCall(GatewayConnection client, ReplyAddress address, int charge) : ForwardedCall(client, address, charge)
{
    private readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True: it is answered. False: it was lost.</summary>
    public Task<bool> Outcome => _outcome.Task;

    public override void Answered(ForwardChannel channel, in ReadOnlySequence<byte> frame)
    {
        base.Answered(channel, frame);
        _outcome.TrySetResult(true);
    }

    public override void Lost() => _outcome.TrySetResult(false);

    public override void Sent()
    {
        base.Sent();
        _outcome.TrySetResult(true);
    }
}

/// <summary>What this node itself wants to know done on behalf of a client's request, which it answers.</summary>
internal sealed class ForwardedErrand(GatewayConnection client, ReplyAddress address) : ForwardedRequest(client, address)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when the leader has answered, whatever that was, or is lost.</summary>
    public Task Done => _done.Task;

    public override void Answered(ForwardChannel channel, in ReadOnlySequence<byte> frame)
    {
        channel.AnswerGone((int)frame.Length);
        _done.TrySetResult();
    }

    public override void Lost() => _done.TrySetResult();

    public override void Sent() => _done.TrySetResult();
}

using System.Buffers;
using Rocket.Actors.Clients;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Host.Gateway.Memory;

namespace Rocket.Host.Gateway.Calls;

/// <summary>Sends clients of this node what other nodes ask them, and the answers back by the link that the request came by.</summary>
internal sealed class CallsOfOthers : ILinkReceiver, IDisposable
{
    /// <summary>A request is of no use to a node that does not take what came of it for so long.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of answers that may wait for room over all links, besides what the queues of the links take.</summary>
    private const long MostWaitingBytes = 64 << 20;

    private readonly GatewayEnvironment _environment;
    private readonly LinkHub _hub;
    private readonly ByteRoom _waiting = new(MostWaitingBytes);

    public CallsOfOthers(GatewayEnvironment environment)
    {
        _environment = environment;
        _hub = environment.Node.Links;
        _hub.Register(LinkKind.ClientCall, this);
    }

    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        var call = CallLayout.ReadCall(payload);
        switch (call.Step)
        {
            case CallStep.Find:
                from.Send(CallLayout.Answer(call.Number, _environment.Calls.Find(call.Target) is null ? CallReply.NotConnected : CallReply.Connected));
                break;
            case CallStep.Tell or CallStep.Call when call.Request is null:
                from.Send(CallLayout.Answer(call.Number, CallReply.Refused));
                break;
            case CallStep.Tell:
                from.Send(CallLayout.Answer(call.Number, Tell(call)));
                break;
            case CallStep.Call when _environment.Calls.Find(call.Target) is { } client:
                // The client takes its time; the link reads on.
                _ = CallAsync(client, call, from);
                break;
            case CallStep.Call:
                from.Send(CallLayout.Answer(call.Number, CallReply.NotConnected));
                break;
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => _hub.Unregister(LinkKind.ClientCall, this);

    private CallReply Tell(AskedCall call) => _environment.Calls.TryTell(call.Target, call.Request!) switch
    {
        true => CallReply.Connected,
        false => CallReply.Refused,
        null => CallReply.NotConnected,
    };

    private async Task CallAsync(GatewayConnection client, AskedCall call, ILinkConnection from)
    {
        var answer = await client.CallAsync(call.Request!, call.Patience).ConfigureAwait(false);
        using var end = new CancellationTokenSource(AnswerPatience, _environment.Time);
        if (await LinkRoom.SendAsync(from, CallLayout.Answer(call.Number, answer), _waiting, end.Token).ConfigureAwait(false) == LinkSend.Full)
        {
            from.Send(CallLayout.Answer(call.Number, CallReply.Refused));
        }
    }
}

using Rocket.Actors.Clients;
using Rocket.Host.Gateway.Calls;
using Rocket.Protocol.Framing;

namespace Rocket.Host.Gateway;

/// <summary>The other direction: what the server asks this client.</summary>
internal sealed partial class GatewayConnection
{
    /// <summary>Requests to other clients (307, 309) that a tool may have under way at once.</summary>
    public const int MostRelays = 64;

    private ClientCallTable? _calls;
    private Places? _relays;

    /// <summary>Calls that wait for this client's answer.</summary>
    public int AwaitedCalls => Volatile.Read(ref _calls)?.Awaited ?? 0;

    /// <summary>What this tool has had other clients asked and has no answer to yet.</summary>
    public Places Relays => Volatile.Read(ref _relays) ?? Interlocked.CompareExchange(ref _relays, new Places(MostRelays), null) ?? _relays!;

    // Most clients are never asked anything.
    private ClientCallTable Calls =>
        Volatile.Read(ref _calls) ?? Interlocked.CompareExchange(ref _calls, new ClientCallTable(Outstanding, _environment.Memory), null) ?? _calls!;

    /// <summary>Sends a request and waits for the answer; does not throw.</summary>
    public async Task<ClientAnswer> CallAsync(ClientRequest request, TimeSpan patience)
    {
        var call = NewCall(request, isOneway: false);
        if (Calls.TakeIn(call) is { } refusal)
        {
            return refusal;
        }

        Reply(call);
        try
        {
            return await call.Answer.WaitAsync(patience, _environment.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Calls.GiveUp(call);
            return ClientAnswer.TimedOut;
        }
    }

    /// <summary>Sends a oneway request. False: the connection has ended, or takes no more.</summary>
    public bool Tell(ClientRequest request)
    {
        var call = NewCall(request, isOneway: true);
        if (Calls.TakeIn(call) is not null)
        {
            return false;
        }

        Reply(call);
        return true;
    }

    private PendingCall NewCall(ClientRequest request, bool isOneway) =>
        new(Calls, request, _header.SerializeType, Interlocked.Increment(ref _nextOpaque), isOneway);

    private void Answered(in Frame frame) => Volatile.Read(ref _calls)?.Answered(_header, frame.Body);
}

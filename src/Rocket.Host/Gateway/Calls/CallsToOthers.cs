using System.Buffers;
using System.Collections.Concurrent;
using Rocket.Actors.Clients;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Forwarding;

namespace Rocket.Host.Gateway.Calls;

/// <summary>
/// Requests to clients that other nodes are connected to. With one other node that may have the client, it is asked at once; with several, all are asked who has it, and the first one that does is sent
/// the request: so a body travels once, and no client gets it twice.
/// </summary>
internal sealed class CallsToOthers : ILinkReceiver, ILinkObserver, IDisposable
{
    /// <summary>How long the other nodes may take to say who has a client.</summary>
    private static readonly TimeSpan FindPatience = TimeSpan.FromSeconds(1);

    /// <summary>How much longer than the client its node may take to say what came of a call.</summary>
    private static readonly TimeSpan LinkPatience = TimeSpan.FromSeconds(1);

    /// <summary>Calls over all links that wait.</summary>
    private const int MostCalls = 8192;

    private readonly ConcurrentDictionary<long, AwaitedCall> _awaited = new();
    private readonly GatewayEnvironment _environment;
    private readonly LinkHub _hub;
    private long _lastNumber;
    private int _count;

    public CallsToOthers(GatewayEnvironment environment)
    {
        _environment = environment;
        _hub = environment.Node.Links;
        _hub.Register(LinkKind.ClientCallAnswer, this);
        _hub.Observe(this);
        environment.Calls.Others = this;
    }

    /// <summary>Calls that wait for what comes of them.</summary>
    public int Awaited => Volatile.Read(ref _count);

    public async Task<ClientAnswer> CallAsync(CallTarget target, ClientRequest request, TimeSpan patience) =>
        await FindAsync(target).ConfigureAwait(false) is { } link
            ? await AskAsync(link, CallStep.Call, target, patience, request).ConfigureAwait(false) ?? ClientAnswer.Lost
            : ClientAnswer.NotConnected;

    public async Task<bool> TellAsync(CallTarget target, ClientRequest request) =>
        await FindAsync(target).ConfigureAwait(false) is { } link
            && await AskAsync(link, CallStep.Tell, target, TimeSpan.Zero, request).ConfigureAwait(false) is null;

    public void OnUp(ILinkConnection connection)
    {
        // It is found in the hub when it is needed.
    }

    public void OnDown(ILinkConnection connection)
    {
        foreach (var call in _awaited.Values)
        {
            if (ReferenceEquals(call.Link, connection))
            {
                call.End(ClientAnswer.Lost);
            }
        }
    }

    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        var (reply, number, answer) = CallLayout.ReadAnswer(payload);
        if (_awaited.TryGetValue(number, out var call) && ReferenceEquals(call.Link, from))
        {
            call.End(answer ?? CallLayout.OutcomeOf(reply));
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _environment.Calls.Others = null;
        _hub.StopObserving(this);
        _hub.Unregister(LinkKind.ClientCallAnswer, this);
        foreach (var call in _awaited.Values)
        {
            call.End(ClientAnswer.Lost);
        }
    }

    /// <summary>The link to a node that has the client, or is the only one that may have it; null: none has it.</summary>
    private async Task<ILinkConnection?> FindAsync(CallTarget target)
    {
        var links = LinksToGateways();
        if (links.Count <= 1)
        {
            return links.FirstOrDefault();
        }

        var asked = links.Select(link => AskWhetherConnectedAsync(link, target)).ToList();
        while (asked.Count > 0)
        {
            var done = await Task.WhenAny(asked).ConfigureAwait(false);
            if (await done.ConfigureAwait(false) is { } found)
            {
                return found;
            }

            asked.Remove(done);
        }

        return null;
    }

    private async Task<ILinkConnection?> AskWhetherConnectedAsync(ILinkConnection link, CallTarget target) =>
        await AskAsync(link, CallStep.Find, target, TimeSpan.Zero, request: null).ConfigureAwait(false) is null ? link : null;

    /// <summary>Null: the client is there, and was told.</summary>
    private async Task<ClientAnswer?> AskAsync(ILinkConnection link, CallStep step, CallTarget target, TimeSpan patience, ClientRequest? request)
    {
        if (Interlocked.Increment(ref _count) > MostCalls)
        {
            Interlocked.Decrement(ref _count);
            return ClientAnswer.Refused;
        }

        var (number, call) = (Interlocked.Increment(ref _lastNumber), new AwaitedCall(link));
        _awaited[number] = call;
        var limit = step == CallStep.Find ? FindPatience : patience + LinkPatience;
        try
        {
            using var end = new CancellationTokenSource(limit, _environment.Time);

            // Its end may have come before this call was there to be told.
            if (!link.IsOpen || !await LinkRoom.SendAsync(link, CallLayout.Call(new AskedCall(step, number, target, patience, request)), end.Token).ConfigureAwait(false))
            {
                return ClientAnswer.Lost;
            }

            return await call.Outcome.WaitAsync(limit, _environment.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return ClientAnswer.TimedOut;
        }
        finally
        {
            _awaited.TryRemove(number, out _);
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>A witness has no broker's port, so no client either.</summary>
    private List<ILinkConnection> LinksToGateways()
    {
        var settings = _environment.Node.Settings;
        var peers = _environment.Node.Peers.Current.Peers;
        List<ILinkConnection> links = [];
        foreach (var node in settings.Voters.Keys)
        {
            if (node != settings.NodeName && peers.GetValueOrDefault(node)?.Status is not { IsWitness: true } && _hub.Find(node) is { IsOpen: true } link)
            {
                links.Add(link);
            }
        }

        return links;
    }

    private sealed class AwaitedCall(ILinkConnection link)
    {
        private readonly TaskCompletionSource<ClientAnswer?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILinkConnection Link => link;

        public Task<ClientAnswer?> Outcome => _outcome.Task;

        public void End(ClientAnswer? outcome) => _outcome.TrySetResult(outcome);
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using Rocket.Actors.Clients;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Forwarding;
using Rocket.Host.Gateway.Memory;

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

    /// <summary>Bytes of requests that may wait for room over all links, besides what the queues of the links take.</summary>
    private const long MostWaitingBytes = 64 << 20;

    private readonly ConcurrentDictionary<long, AwaitedCall> _awaited = new();
    private readonly Places _places = new(MostCalls);
    private readonly ByteRoom _waiting = new(MostWaitingBytes);
    private readonly GatewayEnvironment _environment;
    private readonly LinkHub _hub;
    private long _lastNumber;

    public CallsToOthers(GatewayEnvironment environment)
    {
        _environment = environment;
        _hub = environment.Node.Links;
        _hub.Register(LinkKind.ClientCallAnswer, this);
        _hub.Observe(this);
        environment.Calls.Others = this;
    }

    /// <summary>Calls that wait for what comes of them.</summary>
    public int Awaited => _places.Taken;

    /// <summary>Asks a client; ends at the latest <see cref="LinkPatience"/> after <paramref name="patience"/>.</summary>
    /// <param name="target">Whom.</param>
    /// <param name="request">Makes the request once it is known where the client is.</param>
    /// <param name="patience">How long it may take, finding the client included.</param>
    public async Task<ClientAnswer> CallAsync(CallTarget target, Func<ClientRequest> request, TimeSpan patience)
    {
        var began = _environment.Time.GetTimestamp();
        var (link, whyNot) = await FindAsync(target).ConfigureAwait(false);
        if (link is null)
        {
            return whyNot;
        }

        var left = patience - _environment.Time.GetElapsedTime(began);
        return await AskAsync(link, CallStep.Call, target, left > TimeSpan.Zero ? left : TimeSpan.Zero, request()).ConfigureAwait(false) ?? ClientAnswer.Lost;
    }

    public async Task<bool> TellAsync(CallTarget target, ClientRequest request) =>
        (await FindAsync(target).ConfigureAwait(false)).Link is { } link
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

    /// <summary>The link to a node that has the client, or is the only one that may have it; null: none has it, or nobody can say so since too much waits already.</summary>
    private async Task<(ILinkConnection? Link, ClientAnswer WhyNot)> FindAsync(CallTarget target)
    {
        var links = LinksToGateways();
        var whyNot = ClientAnswer.NotConnected;
        if (links.Count <= 1)
        {
            return (links.FirstOrDefault(), whyNot);
        }

        var asked = links.Select(link => AskWhetherConnectedAsync(link, target)).ToList();
        while (asked.Count > 0)
        {
            var done = await Task.WhenAny(asked).ConfigureAwait(false);
            var (link, failure) = await done.ConfigureAwait(false);
            if (failure is null)
            {
                return (link, whyNot);
            }

            whyNot = failure.Outcome == ClientCallOutcome.Refused ? failure : whyNot;
            asked.Remove(done);
        }

        return (null, whyNot);
    }

    private async Task<(ILinkConnection Link, ClientAnswer? Failure)> AskWhetherConnectedAsync(ILinkConnection link, CallTarget target) =>
        (link, await AskAsync(link, CallStep.Find, target, TimeSpan.Zero, request: null).ConfigureAwait(false));

    /// <summary>Null: the client is there, and was told.</summary>
    private async Task<ClientAnswer?> AskAsync(ILinkConnection link, CallStep step, CallTarget target, TimeSpan patience, ClientRequest? request)
    {
        if (!_places.TryTake())
        {
            return ClientAnswer.Refused;
        }

        var (number, call) = (Interlocked.Increment(ref _lastNumber), new AwaitedCall(link));
        _awaited[number] = call;
        try
        {
            using var end = new CancellationTokenSource(step == CallStep.Find ? FindPatience : patience + LinkPatience, _environment.Time);
            return await SendAsync(link, new AskedCall(step, number, target, patience, request), end.Token).ConfigureAwait(false)
                ?? await call.Outcome.WaitAsync(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ClientAnswer.TimedOut;
        }
        finally
        {
            _awaited.TryRemove(number, out _);
            _places.Return();
        }
    }

    /// <summary>Null: it was sent.</summary>
    private async ValueTask<ClientAnswer?> SendAsync(ILinkConnection link, AskedCall call, CancellationToken end)
    {
        // Its end may have come before this call was there to be told.
        if (!link.IsOpen)
        {
            return ClientAnswer.Lost;
        }

        if (CallLayout.Call(call) is not { } frame)
        {
            return ClientAnswer.Refused;
        }

        return await LinkRoom.SendAsync(link, frame, _waiting, end).ConfigureAwait(false) switch
        {
            LinkSend.Queued => null,
            LinkSend.Full => ClientAnswer.Refused,
            _ => ClientAnswer.Lost,
        };
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

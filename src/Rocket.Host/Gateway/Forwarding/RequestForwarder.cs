using System.Buffers;
using System.Collections.Concurrent;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Routing;
using Rocket.Host.Gateway.Copies;
using Rocket.Host.Gateway.Handlers;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Codes;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;
using Rocket.Protocol.Messages;
using Rocket.Protocol.Requests;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>
/// Sends requests that came to this node to the one that leads their broker, as the clients' own frames over the node link, and brings the answers back.
/// </summary>
/// <remarks>
/// <code>
///  client ═▶ GatewayConnection ─▶ RequestForwarder ─▶ ForwardChannel ═══ link ═══▶ ForwardedClients ─▶ GatewayConnection ─▶ handler
///         ◀═ ReplyWriter ◀─ ForwardedAnswer ◀───────── ForwardLink ◀══════════════ ForwardedClient ◀── ReplyWriter ◀────────┘
/// </code>
/// On the other side each client has a connection of its own without a socket, so that a handler sees what it would see had the client come there.
/// </remarks>
internal sealed class RequestForwarder : ILinkReceiver, ILinkObserver, IDisposable
{
    /// <summary>How often a request that is held looks for its broker's leader.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Shorter than clients wait for an answer, which is 3 s by default: the refusal has to reach them.</summary>
    private static readonly TimeSpan SuccessorPatience = TimeSpan.FromMilliseconds(2500);

    private static readonly TimeSpan SuccessorInterval = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<ILinkConnection, ForwardLink> _links = new();
    private readonly GatewayEnvironment _environment;
    private readonly LinkHub _hub;
    private readonly BrokerLeaders _leaders;
    private readonly SharedBudget _answers;

    public RequestForwarder(GatewayEnvironment environment)
    {
        _environment = environment;
        _hub = environment.Node.Links;
        _leaders = environment.Leaders;
        _answers = new SharedBudget(environment.Limits.SendBufferTotalBytes);
        _hub.Register(LinkKind.ForwardedReply, this);
        _hub.Observe(this);
    }

    /// <summary>Takes a request over whose broker is not led here. False: nobody leads it who can be reached, and it is not one that waits for that.</summary>
    /// <param name="request">The request.</param>
    /// <param name="handler">Who would serve it here.</param>
    /// <param name="forwarding">Complete when the connection may read its next frame.</param>
    public bool TryForward(in GatewayRequest request, IRequestHandler handler, out ValueTask forwarding)
    {
        forwarding = ValueTask.CompletedTask;
        if (handler.WithoutLeader == WithoutLeader.Hold)
        {
            _ = HoldAsync(request.Connection, handler, CopyOf(request.Frame), request.Address, request.Charge);
            return true;
        }

        if (ChannelFor(request.Connection) is not { } channel)
        {
            return false;
        }

        forwarding = channel.SendAsync(CallOf(request, handler), channel.FrameOf(request.Frame), ForwardLayout.FrameBytes(request.Frame));
        return true;
    }

    /// <summary>
    /// Takes over a request that came between two masters, so that nobody is refused for a planned change: this node has just ceased to lead, or it is agreed on as the next master and not there
    /// yet. False: there is no such change.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="handler">Who would serve it here.</param>
    /// <param name="waiting">Complete when the connection may read its next frame.</param>
    public bool TryAwaitMaster(in GatewayRequest request, IRequestHandler handler, out ValueTask waiting)
    {
        var (client, broker) = (request.Connection, request.Connection.Listener.Broker!);

        // What was forwarded to the old master lies in one queue behind what waits there: it goes the same way, although the next master is known by now.
        var isToCome = IsToCome(broker) || (client.IsForwarded && broker.Directory.WasHandedOverWithin(SuccessorPatience));
        waiting = isToCome
            ? AwaitMasterAsync(request.Connection, handler, CopyOf(request.Frame), CallOf(request, handler), request.Charge)
            : ValueTask.CompletedTask;
        return isToCome;
    }

    /// <summary>
    /// Has the leader of the listener's broker do its part of a request that this node answers. Complete when it has, or if there is none.
    /// </summary>
    public Task SendErrandAsync(in GatewayRequest request)
    {
        if (ChannelFor(request.Connection) is not { } channel)
        {
            return Task.CompletedTask;
        }

        var errand = new ForwardedErrand(request.Connection, request.Address);
        _ = channel.SendAsync(errand, channel.FrameOf(request.Frame), ForwardLayout.FrameBytes(request.Frame)).AsTask();
        return errand.Done;
    }

    /// <summary>A client's connection has ended.</summary>
    public void ClientLeft(GatewayConnection client)
    {
        foreach (var link in _links.Values)
        {
            link.Leave(client.Id);
        }
    }

    /// <summary>The node stops: pulls that wait for messages elsewhere are answered.</summary>
    public void GiveUpWaiting()
    {
        foreach (var link in _links.Values)
        {
            link.GiveUpWaiting();
        }
    }

    public void OnUp(ILinkConnection connection) => _links.TryAdd(connection, new ForwardLink(connection, _environment, _answers));

    /// <summary>On a thread of its own: thousands of requests may have to be answered, and votes wait meanwhile.</summary>
    public void OnDown(ILinkConnection connection)
    {
        if (_links.TryRemove(connection, out var link))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static ended => ended.End(), link, preferLocal: false);
        }
    }

    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        _links.GetValueOrDefault(from)?.Receive(payload);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _hub.StopObserving(this);
        _hub.Unregister(LinkKind.ForwardedReply, this);
        foreach (var link in _links.Values)
        {
            link.End();
        }
    }

    private bool IsToCome(BrokerContext broker) =>
        broker.Directory.IsHandedOver || _leaders.IsBetweenMasters(broker) || (!_environment.IsStopping && _leaders.IsAboutToLead(broker));

    /// <summary>The client is read on once the next master is there. Others send here as soon as this node is agreed on, before it leads.</summary>
    private async ValueTask AwaitMasterAsync(GatewayConnection client, IRequestHandler handler, byte[] copy, ForwardedCall call, int charge)
    {
        var broker = client.Listener.Broker!;
        var began = _environment.Time.GetTimestamp();
        while (!client.IsClosed && _environment.Time.GetElapsedTime(began) < SuccessorPatience)
        {
            if (TryServe(client, handler, copy, charge, out var serving))
            {
                await serving.ConfigureAwait(false);
                return;
            }

            if (ChannelFor(client) is { } channel)
            {
                await channel.SendAsync(call, channel.FrameOf(FrameOf(copy)), copy.Length).ConfigureAwait(false);
                return;
            }

            await Task.Delay(SuccessorInterval, _environment.Time, CancellationToken.None).ConfigureAwait(false);
        }

        new PendingAnswer(client, call.Address, charge).Answer(ResponseCode.ServiceNotAvailable, BrokerRemarks.NotLed(broker));
    }

    private static ForwardedCall CallOf(in GatewayRequest request, IRequestHandler handler) =>
        handler.WithoutLeader == WithoutLeader.PullAgain
        && PullMessageRequest.TryRead(request.Header, out var pull, out _)
        && (pull.SysFlag & PullSystemFlags.Suspend) != 0
            ? new ForwardedPull(request.Connection, request.Address, request.Charge, pull.QueueOffset)
            : new ForwardedCall(request.Connection, request.Address, request.Charge);

    private static byte[] CopyOf(in Frame frame)
    {
        var copy = new byte[ForwardLayout.FrameBytes(frame)];
        ForwardLayout.Copy(frame, copy);
        return copy;
    }

    private ForwardChannel? ChannelFor(GatewayConnection client) =>
        _leaders.LinkToLeaderOf(client.Listener.Broker!) is { } leader ? _links.GetValueOrDefault(leader)?.ChannelOf(client) : null;

    /// <summary>Tries until somebody answers, as long as a client may have patience; then only a reset tells it nothing wrong.</summary>
    private async Task HoldAsync(GatewayConnection client, IRequestHandler handler, byte[] copy, ReplyAddress address, int charge)
    {
        var broker = client.Listener.Broker!;
        var began = _environment.Time.GetTimestamp();
        try
        {
            while (!client.IsClosed && !_environment.IsStopped && _environment.Time.GetElapsedTime(began) < GatewayEnvironment.LeaderPatience)
            {
                if (TryServe(client, handler, copy, charge, out var serving))
                {
                    await serving.ConfigureAwait(false);
                    return;
                }

                if (TryAnswerFromCopy(client, handler, copy, charge) || await TryCallAsync(client, copy, address, charge).ConfigureAwait(false))
                {
                    return;
                }

                await Task.Delay(LookInterval, _environment.Time, client.Closed).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (client.Closed.IsCancellationRequested)
        {
            // The client has left.
        }

        client.Outstanding.Release(charge);
        client.Abort(BrokerRemarks.NotLed(broker));
    }

    /// <summary>Its master was lost while it waited for the answer.</summary>
    private bool TryAnswerFromCopy(GatewayConnection client, IRequestHandler handler, byte[] copy, int charge) =>
        handler is ICopyReader
        && _environment.Copies.MayRead(client.Listener.Broker!, besideMaster: false)
        && _environment.Copies.TryAnswer(RequestOf(client, copy, charge), handler);

    private async Task<bool> TryCallAsync(GatewayConnection client, byte[] copy, ReplyAddress address, int charge)
    {
        if (ChannelFor(client) is not { } channel)
        {
            return false;
        }

        var call = new HeldCall(client, address, charge);
        await channel.SendAsync(call, channel.FrameOf(FrameOf(copy)), copy.Length).ConfigureAwait(false);
        return await call.Outcome.ConfigureAwait(false);
    }

    /// <summary>This node has come to lead the broker while the request waited.</summary>
    private static bool TryServe(GatewayConnection client, IRequestHandler handler, byte[] copy, int charge, out ValueTask serving)
    {
        serving = ValueTask.CompletedTask;
        if (!client.TryEnter())
        {
            return false;
        }

        try
        {
            serving = handler.HandleAsync(RequestOf(client, copy, charge));
            return true;
        }
        finally
        {
            client.Leave();
        }
    }

    private static GatewayRequest RequestOf(GatewayConnection client, byte[] copy, int charge)
    {
        var frame = FrameOf(copy);
        var header = new CommandHeader();
        header.Decode(frame.Header, frame.SerializeType);
        return new GatewayRequest(client, header, frame.Body, charge) { Frame = frame };
    }

    private static Frame FrameOf(byte[] copy)
    {
        var bytes = new ReadOnlySequence<byte>(copy);
        return FrameReader.TryRead(ref bytes, new FrameLimits(int.MaxValue, FrameLayout.GreatestHeaderBytes), out var frame)
            ? frame
            : throw new InvalidOperationException("A frame that was read once is one no more.");
    }
}

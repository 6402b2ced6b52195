using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Links;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>Serves the requests that other nodes forward, each client's on a connection of its own.</summary>
internal sealed partial class ForwardedClients : ILinkReceiver, ILinkObserver, IDisposable
{
    private readonly ConcurrentDictionary<(ILinkConnection Link, long Number), ForwardedClient> _clients = new();
    private readonly Dictionary<string, GatewayListener> _listeners;
    private readonly GatewayServer _server;
    private readonly LinkHub _hub;
    private readonly ILogger _logger;

    /// <param name="server">Serves them.</param>
    /// <param name="environment">What all connections share.</param>
    public ForwardedClients(GatewayServer server, GatewayEnvironment environment)
    {
        _server = server;
        _logger = environment.Logger;
        _listeners = server.Listeners
            .Where(listener => listener.Broker is not null)
            .DistinctBy(listener => listener.Broker!.Settings.Name)
            .ToDictionary(listener => listener.Broker!.Settings.Name, StringComparer.Ordinal);
        _hub = environment.Node.Links;
        _hub.Register(LinkKind.ForwardedRequest, this);
        _hub.Observe(this);
    }

    public void OnUp(ILinkConnection connection)
    {
        // A client is known by its first request.
    }

    /// <summary>Nobody could be answered any more.</summary>
    public void OnDown(ILinkConnection connection) => ThreadPool.UnsafeQueueUserWorkItem(EndAll, connection, preferLocal: false);

    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        var (step, number) = ForwardLayout.ReadHead(payload, out var body);
        switch (step)
        {
            case ForwardStep.Frame:
                Take(from, number, body);
                break;
            case ForwardStep.Taken:
                _clients.GetValueOrDefault((from, number))?.AnswersTaken(ForwardLayout.ReadTaken(body));
                break;
            case ForwardStep.End:
                if (_clients.TryRemove((from, number), out var client))
                {
                    client.Leave();
                }

                break;
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _hub.StopObserving(this);
        _hub.Unregister(LinkKind.ForwardedRequest, this);
    }

    private void Take(ILinkConnection from, long number, ReadOnlySequence<byte> body)
    {
        var (broker, remote) = ForwardLayout.ReadOrigin(ref body);
        if (_clients.TryGetValue((from, number), out var known) && known.TryTake(body))
        {
            return;
        }

        if (!_listeners.TryGetValue(broker, out var listener))
        {
            from.Send(ForwardLayout.End(LinkKind.ForwardedReply, number));
            return;
        }

        var client = new ForwardedClient(from, number, remote);
        _clients[(from, number)] = client;
        client.TryTake(body);
        _ = ServeAsync(client, from, listener);
    }

    private async Task ServeAsync(ForwardedClient client, ILinkConnection link, GatewayListener listener)
    {
        // Not on the link's own loop, which reads votes too.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var sending = client.SendAnswersAsync();
        try
        {
            await _server.ServeForwardedAsync(client, listener).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogFailed(_logger, failure, client.ConnectionId);
        }

        await client.EndAsync(sending).ConfigureAwait(false);

        // Who has left, or was replaced by a new connection, is not told.
        if (_clients.TryRemove(new KeyValuePair<(ILinkConnection, long), ForwardedClient>((link, client.Number), client)))
        {
            link.Send(ForwardLayout.End(LinkKind.ForwardedReply, client.Number));
        }
    }

    private void EndAll(ILinkConnection link)
    {
        foreach (var (place, client) in _clients)
        {
            if (ReferenceEquals(place.Link, link) && _clients.TryRemove(place, out _))
            {
                client.Leave();
                client.Abort(new ConnectionAbortedException("the link has ended"));
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The forwarded client {Client} could not be served")]
    private static partial void LogFailed(ILogger logger, Exception exception, string client);
}

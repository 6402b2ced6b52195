using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Host.Links;
using Rocket.Host.Tests.Running;

namespace Rocket.Host.Tests.Links;

/// <summary>The links of one node over real sockets, without the rest of the node. Keeps what it receives.</summary>
internal sealed class LinkedNode : IAsyncDisposable, ILinkReceiver
{
    /// <summary>Short times, so that tests need not wait for the real ones.</summary>
    public static readonly LinkSettings QuickSettings = new()
    {
        HandshakeTimeout = TimeSpan.FromMilliseconds(700),
        HeartbeatInterval = TimeSpan.FromMilliseconds(50),
        DeadAfter = TimeSpan.FromMilliseconds(600),
        FirstRedial = TimeSpan.FromMilliseconds(20),
        LongestRedial = TimeSpan.FromMilliseconds(200),
    };

    private readonly WebApplication _web;
    private readonly NodeLinks _links;

    private LinkedNode(WebApplication web, NodeLinks links, LinkHub hub, LogLines log) => (_web, _links, Hub, Log) = (web, links, hub, log);

    public LinkHub Hub { get; }

    public LogLines Log { get; }

    public ConcurrentQueue<(string From, LinkKind Kind, byte[] Payload)> Received { get; } = new();

    /// <summary>Called for each frame, after it was noted.</summary>
    public Func<ILinkConnection, LinkKind, ValueTask>? OnFrame { get; set; }

    /// <summary>Addresses for a number of nodes: node1, node2 …</summary>
    public static SortedDictionary<string, string> Addresses(int nodes) => new(
        Enumerable.Range(1, nodes).ToDictionary(number => $"node{number}", _ => $"127.0.0.1:{FreePorts.Take()}"), StringComparer.Ordinal);

    public static LinkIdentity Identity(string node, IReadOnlyDictionary<string, string> voters, long starts = 1) =>
        new("Cluster-A", node, voters, FailoverMode.Automatic, starts, Random.Shared.NextInt64(), "1.0");

    /// <summary>Listens and dials.</summary>
    /// <param name="identity">Who it is.</param>
    /// <param name="settings">Null: <see cref="QuickSettings"/>.</param>
    /// <param name="at">Where it listens; null: where its own voters say.</param>
    public static async Task<LinkedNode> StartAsync(LinkIdentity identity, LinkSettings? settings = null, string? at = null)
    {
        var (hub, log) = (new LinkHub(), new LogLines());
        var endPoint = IPEndPoint.Parse(at ?? identity.Voters[identity.NodeName]);
        var links = new NodeLinks(
            (settings ?? QuickSettings) with { Port = endPoint.Port },
            hub,
            identity.NodeName,
            endPoint.Address,
            identity.Voters.Keys,
            TimeProvider.System,
            log,
            new Random(identity.NodeName.Length));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(links.Listen);
        builder.Services.AddSingleton<ILoggerFactory>(LoggerFactory.Create(_ => { }));
        var web = builder.Build();
        await web.StartAsync();
        var node = new LinkedNode(web, links, hub, log);
        hub.Register(LinkKind.RecordBatch, node);
        hub.Register(LinkKind.ReplicationAck, node);
        links.Start(identity);
        return node;
    }

    public Task WaitForLinkAsync(string peer) => Eventually.HoldsAsync(() => Hub.Find(peer)?.Direction == LinkDirection.Dialed);

    public async ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        Received.Enqueue((from.Peer.Name, kind, payload.ToArray()));
        if (OnFrame is { } act)
        {
            await act(from, kind);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _links.DisposeAsync();
        await _web.DisposeAsync();
    }
}

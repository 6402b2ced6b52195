using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Rocket.Actors.Clients;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Queues;
using Rocket.Actors.Storage;
using Rocket.Host.Configuration;
using Rocket.Host.Gateway;
using Rocket.Host.Gateway.Calls;

namespace Rocket.Host.Tests.Calls;

/// <summary>node1's calls to clients that node2 and node3 have, or have not; the test is those two.</summary>
internal sealed class ThreeNodes : IDisposable
{
    private readonly FlushThreads _threads = new(1);
    private readonly NodeContext _node;
    private readonly CallsToOthers _calls;

    public ThreeNodes(params string[] linked)
        : this(TimeProvider.System, linked)
    {
    }

    public ThreeNodes(TimeProvider time, params string[] linked)
    {
        var folder = Path.Combine(Path.GetTempPath(), "rocket-never-made");
        var (configuration, errors) = NodeConfiguration.Load(
            null,
            [
                $"rocket.data-dir=\"{folder}\"", "rocket.voters.node1=\"127.0.0.1:10912\"", "rocket.voters.node2=\"127.0.0.1:20912\"",
                "rocket.voters.node3=\"127.0.0.1:30912\"",
            ]);
        var settings = (configuration ?? throw new InvalidOperationException(string.Join('\n', errors))).Node;
        _node = new NodeContext(settings, new FileDirectory(folder, 64), _threads, time);
        _calls = new CallsToOthers(new GatewayEnvironment(_node, NullLogger.Instance));
        Links = linked.ToDictionary(name => name, name => new CallLink(name));
        foreach (var link in Links.Values)
        {
            _node.Links.TryAdd(link);
        }
    }

    public IReadOnlyDictionary<string, CallLink> Links { get; }

    /// <summary>What actors have.</summary>
    public IClientCalls Calls => _node.Calls;

    /// <summary>Calls that wait for what comes of them.</summary>
    public int Awaited => _calls.Awaited;

    /// <summary>A node says what came of a call.</summary>
    public Task AnswerAsync(CallLink from, LinkFrame frame)
    {
        var payload = new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray());
        frame.Release();
        return _node.Links.ReceiverOf(LinkKind.ClientCallAnswer)!.ReceiveAsync(from, LinkKind.ClientCallAnswer, payload).AsTask();
    }

    public void Lose(CallLink link)
    {
        link.Abort("lost");
        _node.Links.Remove(link);
    }

    public void Dispose()
    {
        _calls.Dispose();
        _threads.Dispose();
    }
}

/// <summary>A link that keeps what was asked over it, and may be full.</summary>
internal sealed class CallLink(string peer) : ILinkConnection
{
    private readonly ConcurrentQueue<ILinkRoomListener> _waiting = new();
    private volatile bool _isFull;

    public LinkPeer Peer { get; } = new(peer, 1, Random.Shared.NextInt64(), "1.0", "127.0.0.1:1");

    public LinkDirection Direction => LinkDirection.Dialed;

    public bool IsOpen { get; private set; } = true;

    public ConcurrentQueue<AskedCall> Asked { get; } = new();

    public bool Send(LinkFrame frame) => TrySend(frame) == LinkSend.Queued;

    public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null)
    {
        if (_isFull)
        {
            if (room is not null)
            {
                _waiting.Enqueue(room);
            }

            return LinkSend.Full;
        }

        Asked.Enqueue(CallLayout.ReadCall(new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray())));
        frame.Release();
        return LinkSend.Queued;
    }

    public void Abort(string reason) => IsOpen = false;

    /// <summary>Takes nothing more, or takes it again.</summary>
    public void BeFull(bool isFull)
    {
        _isFull = isFull;
        while (!isFull && _waiting.TryDequeue(out var listener))
        {
            listener.OnRoom(this);
        }
    }

    /// <summary>The next thing that is asked.</summary>
    public async Task<AskedCall> NextAsync()
    {
        AskedCall? asked = null;
        await Eventually.HoldsAsync(() => Asked.TryDequeue(out asked));
        return asked!;
    }
}

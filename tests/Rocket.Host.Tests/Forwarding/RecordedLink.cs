using System.Buffers;
using System.Threading.Channels;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Forwarding;
using Rocket.TestClient.Wire;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>What a node said over a link about a client's connection.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="Step">What.</param>
/// <param name="Connection">Number of the client's connection.</param>
/// <param name="Body">The rest.</param>
internal sealed record SaidStep(LinkKind Kind, ForwardStep Step, long Connection, byte[] Body)
{
    /// <summary>The client's frame in it.</summary>
    public RemotingCommand Command
    {
        get
        {
            var body = new ReadOnlySequence<byte>(Body);
            if (Kind == LinkKind.ForwardedRequest)
            {
                ForwardLayout.ReadOrigin(ref body);
            }

            return FrameDecoder.Decode(body.ToArray());
        }
    }

    /// <summary>The number in a <see cref="ForwardStep.Taken"/>.</summary>
    public int Taken => ForwardLayout.ReadTaken(new ReadOnlySequence<byte>(Body));
}

/// <summary>A link without a socket: a test reads what is sent over it, and may let it be full.</summary>
internal sealed class RecordedLink(string peer) : ILinkConnection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<SaidStep> _said = Channel.CreateUnbounded<SaidStep>();
    private readonly Lock _gate = new();
    private readonly List<ILinkRoomListener> _waiting = [];
    private bool _isFull;

    public LinkPeer Peer { get; } = new(peer, 1, Random.Shared.NextInt64(), "1.0", "127.0.0.1:1");

    public LinkDirection Direction => LinkDirection.Dialed;

    public bool IsOpen { get; private set; } = true;

    public bool Send(LinkFrame frame)
    {
        Say(frame);
        return true;
    }

    public LinkSend TrySend(LinkFrame frame, ILinkRoomListener? room = null)
    {
        lock (_gate)
        {
            if (_isFull)
            {
                _waiting.AddRange(room is null ? [] : [room]);
                return LinkSend.Full;
            }
        }

        Say(frame);
        return LinkSend.Queued;
    }

    public void Abort(string reason) => IsOpen = false;

    /// <summary>Takes no more bulk frames, or takes them again.</summary>
    public void BeFull(bool isFull)
    {
        ILinkRoomListener[] told;
        lock (_gate)
        {
            _isFull = isFull;
            told = isFull ? [] : [.. _waiting];
            _waiting.RemoveAll(told.Contains);
        }

        foreach (var listener in told)
        {
            listener.OnRoom(this);
        }
    }

    /// <summary>The next thing that is said; what was taken up is left out.</summary>
    public async Task<SaidStep> NextAsync()
    {
        while (true)
        {
            using var limit = new CancellationTokenSource(Patience);
            var said = await _said.Reader.ReadAsync(limit.Token);
            if (said.Step != ForwardStep.Taken)
            {
                return said;
            }
        }
    }

    /// <summary>Everything that was said and not read yet.</summary>
    public IReadOnlyList<SaidStep> Rest()
    {
        List<SaidStep> rest = [];
        while (_said.Reader.TryRead(out var said))
        {
            rest.Add(said);
        }

        return rest;
    }

    private void Say(LinkFrame frame)
    {
        var (step, connection) = ForwardLayout.ReadHead(new ReadOnlySequence<byte>(frame.Bytes[LinkFrameLayout.HeadBytes..].ToArray()), out var body);
        _said.Writer.TryWrite(new SaidStep(frame.Kind, step, connection, body.ToArray()));
        frame.Release();
    }
}

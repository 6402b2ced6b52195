using System.Buffers;
using System.Collections.Concurrent;
using Rocket.Actors.Links;
using Rocket.Host.Gateway.Memory;
using Rocket.Protocol.Framing;
using Rocket.Protocol.Headers;

namespace Rocket.Host.Gateway.Forwarding;

/// <summary>All requests that this node forwards over one link.</summary>
/// <param name="connection">The link.</param>
/// <param name="environment">The gateway that the clients are connected to.</param>
/// <param name="answers">Bytes of answers over all links that clients have not taken yet.</param>
internal sealed class ForwardLink(ILinkConnection connection, GatewayEnvironment environment, SharedBudget answers)
{
    /// <summary>How many bytes of requests may be under way over one link and not be taken up on the other side: what that side may have to hold.</summary>
    private const long LinkBytes = 32 << 20;

    private readonly ConcurrentDictionary<long, ForwardChannel> _channels = new();
    private readonly CommandHeader _header = new();
    private volatile bool _hasEnded;

    public ILinkConnection Connection => connection;

    public ByteRoom Room { get; } = new(LinkBytes);

    public SharedBudget Answers => answers;

    /// <summary>The channel of a client; null: client or link are gone.</summary>
    public ForwardChannel? ChannelOf(GatewayConnection client)
    {
        if (!_channels.TryGetValue(client.Id, out var channel))
        {
            channel = _channels.GetOrAdd(client.Id, static (_, made) => new ForwardChannel(made.Link, made.Client), (Link: this, Client: client));
        }

        if (!_hasEnded && !client.IsClosed)
        {
            return channel;
        }

        Leave(client.Id);
        return null;
    }

    /// <summary>A frame of kind <see cref="LinkKind.ForwardedReply"/>; one after the other.</summary>
    /// <exception cref="LinkViolationException">It makes no sense.</exception>
    public void Receive(in ReadOnlySequence<byte> payload)
    {
        var (step, number) = ForwardLayout.ReadHead(payload, out var body);
        if (!_channels.TryGetValue(number, out var channel))
        {
            return;
        }

        switch (step)
        {
            case ForwardStep.Frame:
                Answered(channel, body);
                break;
            case ForwardStep.Taken:
                channel.RequestsTaken(ForwardLayout.ReadTaken(body));
                break;
            case ForwardStep.End:
                _channels.TryRemove(new KeyValuePair<long, ForwardChannel>(number, channel));
                channel.End();
                break;
        }
    }

    /// <summary>A client has left.</summary>
    public void Leave(long client)
    {
        if (_channels.TryRemove(client, out var channel))
        {
            connection.Send(ForwardLayout.End(LinkKind.ForwardedRequest, client));
            channel.End();
        }
    }

    /// <summary>The link has ended.</summary>
    public void End()
    {
        _hasEnded = true;
        foreach (var number in _channels.Keys)
        {
            if (_channels.TryRemove(number, out var channel))
            {
                channel.End();
            }
        }
    }

    /// <summary>See <see cref="ForwardChannel.GiveUpWaiting"/>.</summary>
    public void GiveUpWaiting()
    {
        foreach (var channel in _channels.Values)
        {
            channel.GiveUpWaiting();
        }
    }

    private void Answered(ForwardChannel channel, ReadOnlySequence<byte> body)
    {
        var whole = body;
        try
        {
            if (!FrameReader.TryRead(ref body, AnyFrame, out var frame) || !body.IsEmpty)
            {
                throw new LinkViolationException("a forwarded answer is not one frame");
            }

            _header.Decode(frame.Header, frame.SerializeType);
            _header.Trim();
        }
        catch (ProtocolViolationException violation)
        {
            throw new LinkViolationException($"a forwarded answer: {violation.Message}");
        }

        channel.Answered(_header.Opaque, whole);
        EndIfGreedy(channel);
    }

    /// <summary>The last resort against clients that ask for much and read nothing: their answers have to be held here.</summary>
    private void EndIfGreedy(ForwardChannel channel)
    {
        if (answers.IsFull && channel.AnswerBytes > environment.Memory.FairShare)
        {
            channel.Client.AbortMisbehaving($"{channel.AnswerBytes} bytes of its answers wait, and those of all clients are too many (rocket.limits.send-buffer-total)");
        }
    }

    /// <summary>Answers may be larger than what clients may send.</summary>
    private static FrameLimits AnyFrame { get; } = new(int.MaxValue, FrameLayout.GreatestHeaderBytes);
}

using System.Buffers;
using Akka.Actor;
using Rocket.Actors.Links;

namespace Rocket.Actors.Placement;

/// <summary>The way to another voter over the node's links. Used by its placement actor alone.</summary>
/// <param name="hub">The node's links.</param>
/// <param name="voter">Name of the other node.</param>
public sealed class HubVoterLink(LinkHub hub, string voter) : IVoterLink
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <inheritdoc/>
    public void Send(IVoterMessage message)
    {
        if (hub.Find(voter) is not { } connection)
        {
            return;
        }

        _bytes.ResetWrittenCount();
        VoterMessageCodec.Write(_bytes, message);
        connection.Send(LinkFrame.Copy(LinkKind.VoterMessage, _bytes.WrittenSpan));
    }
}

/// <summary>Takes what other voters send, to the placement actor.</summary>
/// <param name="voters">Names of all voters, in the order that gives them their indexes.</param>
/// <param name="placements">The placement actor.</param>
public sealed class VoterReceiver(IReadOnlyList<string> voters, IActorRef placements) : ILinkReceiver
{
    /// <inheritdoc/>
    public ValueTask ReceiveAsync(ILinkConnection from, LinkKind kind, ReadOnlySequence<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(from);
        var message = VoterMessageCodec.Read(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray());
        if (message is IVoterSpeech speech && (speech.From >= voters.Count || voters[speech.From] != from.Peer.Name))
        {
            throw new LinkViolationException($"{from.Peer.Name} speaks as voter {speech.From}, which it is not");
        }

        placements.Tell(message, ActorRefs.NoSender);
        return ValueTask.CompletedTask;
    }
}

using Akka.Actor;

namespace Rocket.Actors.Links;

/// <summary>What the <see cref="LinksActor"/> understands beside <see cref="Forming.FormationProtocol.ClusterChanged"/>. All of it stays within the node.</summary>
public static class LinksProtocol
{
    /// <summary>A connection has begun.</summary>
    public sealed record LinkUp(ILinkConnection Connection) : INoSerializationVerificationNeeded;

    /// <summary>A connection has ended.</summary>
    public sealed record LinkDown(ILinkConnection Connection) : INoSerializationVerificationNeeded;

    /// <summary>A peer that is not linked refuses connections: its process has ended.</summary>
    public sealed record PeerGone(string Peer) : INoSerializationVerificationNeeded;

    /// <summary>A peer says how it stands.</summary>
    public sealed record StatusReceived(NodeStatus Status) : INoSerializationVerificationNeeded;
}

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

    /// <summary>This node was told to stop: its peers have to know before they give it anything.</summary>
    public sealed class Leave : INoSerializationVerificationNeeded
    {
        public static readonly Leave Instance = new();

        private Leave()
        {
        }
    }

    /// <summary>A peer says how it stands.</summary>
    public sealed record StatusReceived(NodeStatus Status) : INoSerializationVerificationNeeded;
}

using System.Collections.Immutable;
using Akka.Actor;

namespace Rocket.Actors.Forming;

/// <summary>What a <see cref="FormationActor"/> understands. Local; between nodes <see cref="FormationMessage"/> travels, over the node links.</summary>
public static class FormationProtocol
{
    /// <summary>A peer is heard and says how it stands. No answer.</summary>
    public sealed record PeerHeard(string Peer, PeerStand Stand) : INoSerializationVerificationNeeded;

    /// <summary>A peer is heard no more. No answer.</summary>
    public sealed record PeerLost(string Peer) : INoSerializationVerificationNeeded;

    /// <summary>A voter says this, in that start of it. No answer.</summary>
    public sealed record VoterSays(string Peer, long Incarnation, FormationMessage Message) : INoSerializationVerificationNeeded;

    /// <summary>The sender wants to know which cluster this node is in, now and whenever that changes: <see cref="ClusterChanged"/>.</summary>
    public sealed class Watch : INoSerializationVerificationNeeded
    {
        public static readonly Watch Instance = new();
    }

    /// <summary>How this node stands has changed.</summary>
    /// <param name="Stand">The cluster that it is a member of; null: none, or it is leaving.</param>
    /// <param name="Members">Names of that cluster's members, in their order.</param>
    /// <param name="Removed">Starts of others, by their uids, that it saw being taken out of that cluster; the last ones.</param>
    public sealed record ClusterChanged(ClusterStand? Stand, ImmutableArray<string> Members, ImmutableArray<int> Removed) : INoSerializationVerificationNeeded;

    /// <summary>
    /// A person says that this node shall form a cluster, though the others are not heard or do not agree, and that it shall vote
    /// (<see cref="Placement.PlacementProtocol.VoteNow"/>). Only right when no other node is in a cluster, and none that is missing holds what this one
    /// lacks. Answer: <see cref="FormAnswer"/>.
    /// </summary>
    public sealed class FormNow : INoSerializationVerificationNeeded
    {
        public static readonly FormNow Instance = new();
    }

    /// <summary>What became of it.</summary>
    /// <param name="Formed">Whether a cluster was formed; false: the node is in one, or joins one.</param>
    /// <param name="Text">For a person, behind the node's name.</param>
    public sealed record FormAnswer(bool Formed, string Text) : INoSerializationVerificationNeeded;
}

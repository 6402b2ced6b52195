using System.Collections.Immutable;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Links;

/// <summary>One other node as this one sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Address of its node link (host:port).</param>
/// <param name="Dialed">The start that this node's own connection leads to; null: there is no such connection.</param>
/// <param name="Accepted">The start that the peer's connection comes from; null: there is no such connection.</param>
/// <param name="Status">What it said last, also when it is not heard any more; null: it never spoke since this node was started.</param>
public sealed record PeerView(string Name, string Address, LinkPeer? Dialed, LinkPeer? Accepted, NodeStatus? Status)
{
    /// <summary>Whether there is a connection, and its present start has said how it stands.</summary>
    public bool IsHeard => Status is not null && (Dialed ?? Accepted)?.Incarnation == Status.Incarnation;
}

/// <summary>This node and its peers at one moment.</summary>
/// <param name="Self">What this node says of itself.</param>
/// <param name="Peers">Every other node of <c>rocket.voters</c>, by name.</param>
public sealed record PeerSnapshot(NodeStatus? Self, ImmutableSortedDictionary<string, PeerView> Peers);

/// <summary>
/// Where a node keeps what it knows of its peers: written by the <see cref="LinksActor"/> alone, read by anyone without asking. It outlives a restart
/// of its writer.
/// </summary>
public sealed class PeerTable
{
    private volatile PeerSnapshot _current = new(null, ImmutableSortedDictionary.Create<string, PeerView>(StringComparer.Ordinal));

    /// <summary>The newest snapshot.</summary>
    public PeerSnapshot Current
    {
        get => _current;
        internal set => _current = value;
    }

    /// <summary>How a node's copy of a broker stands, as it was heard.</summary>
    public HeardCopy CopyAt(string node, string broker) =>
        _current.Peers.TryGetValue(node, out var peer) && peer.IsHeard
            ? new HeardCopy(true, peer.Status!.Brokers.FirstOrDefault(held => held.Name == broker)?.Doubt)
            : default;

    /// <summary>Whether a peer has said that it was told to stop.</summary>
    public bool IsLeaving(string node) => _current.Peers.TryGetValue(node, out var peer) && peer.Status is { IsLeaving: true };

    /// <summary>Nodes that are configured to hold a broker's copies, the preferred master first, as any node that is known says; null: nobody does.</summary>
    public IReadOnlyList<string>? ReplicasOf(string broker)
    {
        var snapshot = _current;
        return snapshot.Peers.Values.Select(peer => peer.Status).Prepend(snapshot.Self)
            .SelectMany(status => status?.Brokers ?? [])
            .FirstOrDefault(held => held.Name == broker)?.Replicas;
    }
}

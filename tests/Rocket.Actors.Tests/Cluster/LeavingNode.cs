using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>What a node has heard of another one that stops.</summary>
internal static class LeavingNode
{
    /// <summary>A peer has said that it was told to stop.</summary>
    public static void Leaves(this NodeContext node, string peer)
    {
        var status = new NodeStatus(peer, 1, 1, 1, "akka.tcp://rocket@127.0.0.1:1", 1, "127.0.0.1", Votes: true, Ballot.None, [], []) { IsLeaving = true };
        node.Peers.Current = node.Peers.Current with { Peers = node.Peers.Current.Peers.SetItem(peer, new PeerView(peer, "127.0.0.1:2", null, null, status)) };
    }
}

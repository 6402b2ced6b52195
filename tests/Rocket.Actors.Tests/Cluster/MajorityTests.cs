using System.Collections.Immutable;
using Rocket.Actors.Cluster;
using Rocket.Actors.Links;
using Rocket.Actors.Placement;
using Rocket.Actors.Queues;
using Rocket.Actors.Tests.Placement;
using Rocket.Actors.Tests.Storage;
using Xunit;

namespace Rocket.Actors.Tests.Cluster;

/// <summary>When a node takes no sends any more since it is alone: its cluster and its links have to agree on that.</summary>
public sealed class MajorityTests : IDisposable
{
    private readonly FlushThreads _flushThreads = new(1);

    public void Dispose() => _flushThreads.Dispose();

    [Theory]
    [InlineData(true, 0, true)]
    [InlineData(true, 1, false)] // its cluster is wrong, or will be right later
    [InlineData(false, 0, false)] // links are lost first
    [InlineData(false, 2, false)]
    public void Without_a_majority_is_who_sees_none_and_hears_none(bool isCutOff, int heard, bool expected)
    {
        var settings = TestSettings.ForNode(TestSettings.ForBroker()) with
        {
            Voters = new Dictionary<string, string> { ["node1"] = "a:1", ["node2"] = "b:1", ["node3"] = "c:1" },
        };
        var node = new NodeContext(settings, new MemoryDirectory(), _flushThreads, TimeProvider.System)
        {
            Nodes = new NamedNodes("node1") { IsCutOff = isCutOff },
        };
        node.Peers.Current = new PeerSnapshot(null, new[] { "node2", "node3" }.ToImmutableSortedDictionary(peer => peer, peer => Peer(peer, isHeard: heard-- > 0), StringComparer.Ordinal));
        Assert.Equal(expected, node.IsWithoutMajority);
    }

    private static PeerView Peer(string name, bool isHeard)
    {
        var status = new NodeStatus(name, 7, 1, 1, "akka.tcp://rocket@127.0.0.1:1", 1, "127.0.0.1", Votes: true, Ballot.None, [], []);
        return new PeerView(name, name + ":1", isHeard ? new LinkPeer(name, 1, 7, "1", name + ":1") : null, null, status);
    }
}

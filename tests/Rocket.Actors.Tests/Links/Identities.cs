using Rocket.Actors.Cluster;
using Rocket.Actors.Links;

namespace Rocket.Actors.Tests.Links;

/// <summary>Nodes of one cluster, as a test needs them.</summary>
internal static class Identities
{
    public static readonly IReadOnlyDictionary<string, string> Voters = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["node1"] = "127.0.0.1:10912",
        ["node2"] = "127.0.0.1:20912",
        ["node3"] = "127.0.0.1:30912",
    };

    public static LinkIdentity Of(string node) => new("Cluster-A", node, Voters, FailoverMode.Automatic, 7, 0x0102_0304_0506_0708, "1.2.3");
}

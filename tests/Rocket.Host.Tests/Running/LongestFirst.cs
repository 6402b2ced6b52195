using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.NetworkCuts;
using Rocket.Host.Tests.Replication;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Rocket.Host.Tests.Running.LongestFirst", "Rocket.Host.Tests")]

namespace Rocket.Host.Tests.Running;

/// <summary>
/// Collections whose tests mostly wait for other nodes to notice something, and whose whole runs take minutes, begin first and beside each other: at the end nothing is left that runs for minutes alone.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] First = [ReplicationCollection.Name, ClusteringCollection.Name, NetworkCutsCollection.Name];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Array.IndexOf(First, collection.DisplayName) is >= 0 and var place ? place : First.Length);
}

using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;
using Xunit;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>One cluster for all cuts: what one of them has left behind, the next one meets.</summary>
[CollectionDefinition(Name)]
public sealed class NetworkCutsCollection : ICollectionFixture<CutCluster>
{
    public const string Name = "network cuts";
}

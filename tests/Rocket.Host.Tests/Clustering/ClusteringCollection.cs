using Xunit;

namespace Rocket.Host.Tests.Clustering;

/// <summary>Each test starts several processes: one test at a time.</summary>
[CollectionDefinition(Name)]
public sealed class ClusteringCollection
{
    public const string Name = "clustering";
}

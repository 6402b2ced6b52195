using Xunit;

namespace Rocket.Host.Tests.Clustering;

/// <summary>Each test starts several processes: one test at a time, and nothing beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusteringCollection
{
    public const string Name = "clustering";
}

using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.NameServer;

/// <summary>A node with its defaults but for the cluster's name.</summary>
public sealed class NameServerRocket() : RocketFixture("rocket.cluster-name=Test-Cluster");

[CollectionDefinition(Name)]
public sealed class NameServerCollection : ICollectionFixture<NameServerRocket>
{
    public const string Name = "name server";
}

using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>Nodes that copy each other's brokers, shared by all tests here: each begins with all nodes up, in sync and leading their own brokers.</summary>
[CollectionDefinition(Name)]
public sealed class ReplicationCollection : ICollectionFixture<ReplicatedCluster>
{
    public const string Name = "replication";
}

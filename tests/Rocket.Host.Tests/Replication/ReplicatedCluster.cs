using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>The nodes that a collection of tests shares.</summary>
public sealed class ReplicatedCluster : ReplicatedNodes, IAsyncLifetime
{
    public Task InitializeAsync() => MakeWholeAsync();

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();
}

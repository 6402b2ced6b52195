using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>The only node with a whole copy is lost, and a person makes do with another one.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class ForcedMasterTests
{
    [Fact]
    public async Task A_copy_that_lacks_messages_leads_by_force_only_and_the_lost_ones_are_kept_aside_where_they_are()
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node1", "broker-a", topic, "on both"));
        var live = await pair.DoAsync("node2", "rocket force-master broker-a node2 --yes");
        Assert.Contains("node1 is there and holds all of broker-a", live.Error, StringComparison.Ordinal);

        // node2 is voted out, and comes back as a voter, without its copy.
        await pair["node2"].Run.KillAsync();
        await pair.VoteOutAsync("node1", "node2");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1");
        Assert.Equal((ResponseCode.Success, 1L), await pair.SendAsync("node1", "broker-a", topic, "on node1 only"));
        pair.Start("node2", hasBrokerA: false);
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        await Eventually.HoldsAsync(
            async () => (await pair.DoAsync("node2", "rocket brokers --json")).Rows().Any(row => row["broker"].GetString() == "broker-a" && row["in-sync"].GetString() == "node1"),
            ProcessCluster.Patience);
        await pair["node2"].Run.KillAsync();
        await pair["node1"].Run.KillAsync();

        pair.Start("node2");
        await Eventually.HoldsAsync(async () => (await pair.DoAsync("node2", "cluster form --yes")).ExitCode == 0, ProcessCluster.Patience);
        await pair.VoteOutAsync("node2", "node1");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node2");
        var forced = await pair.MustDoAsync("node2", "rocket force-master broker-a node2 --yes");
        Assert.Contains("What only node1 held is lost", forced.Output, StringComparison.Ordinal);
        await pair.WaitUntilLedAsync("broker-a", "node2", "node2");
        Assert.Equal(["on both"], await pair.ReadAsync("node2", "broker-a", topic));
        Assert.Equal((ResponseCode.Success, 1L), await pair.SendAsync("node2", "broker-a", topic, "on node2"));

        pair.Start("node1");
        await pair.WaitUntilLedAsync("broker-a", "node2", "node1, node2");
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(pair["node1"].DataDir, "brokers", "broker-a", "diverged")));
        await pair.HandOverOnceInSyncAsync("broker-a", "node2", "node1");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        Assert.Equal(["on both", "on node2"], await pair.ReadAsync("node1", "broker-a", topic));
    }
}

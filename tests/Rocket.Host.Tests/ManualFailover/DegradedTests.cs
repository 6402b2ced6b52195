using Rocket.Host.Tests.Clustering;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.ManualFailover;

/// <summary>A master of a pair that has lost its slave, and nobody says anything.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class DegradedTests
{
    [Fact]
    public async Task A_master_without_its_slave_stores_and_shows_what_it_cannot_confirm_and_still_has_it_after_both_were_killed()
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        Assert.Equal((ResponseCode.Success, 0L), await pair.SendAsync("node2", "broker-b", topic, "first"));
        await pair["node1"].Run.KillAsync();
        var (code, _) = await pair.SendAsync("node2", "broker-b", topic, "second");
        Assert.Contains(code, new[] { ResponseCode.SlaveNotAvailable, ResponseCode.FlushSlaveTimeout });
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2", "degraded: without node1");
        Assert.Equal((ResponseCode.SlaveNotAvailable, 2L), await pair.SendAsync("node2", "broker-b", topic, "third"));
        Assert.Equal(["first", "second", "third"], await pair.ReadAsync("node2", "broker-b", topic));

        // Topics come to be, and nobody takes the dead node's broker.
        await using (var client = await pair.ConnectAsync("node2", "broker-b"))
        {
            await client.CreateTopicAsync(new CreateTopicRequest("Later") { ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded();
        }

        Assert.Equal((ResponseCode.SlaveNotAvailable, 0L), await pair.SendAsync("node2", "broker-b", "Later", "first"));
        Assert.Equal(ResponseCode.ServiceNotAvailable, (await pair.SendAsync("node2", "broker-a", topic)).Code);

        await pair["node2"].Run.KillAsync();
        pair.Start("node1");
        pair.Start("node2");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        await pair.WaitUntilLedAsync("broker-a", "node1", "node1, node2");
        Assert.Equal(["first", "second", "third"], await pair.ReadAsync("node2", "broker-b", topic));
        await pair.SendUntilAsync(ResponseCode.Success, "node2", "broker-b", topic);
        Assert.Equal(["first"], await pair.ReadAsync("node2", "broker-b", "Later"));
    }

    [Fact]
    public async Task A_slave_that_comes_back_catches_up_and_counts_again()
    {
        await using var pair = await ManualPair.StartAsync();
        var topic = await pair.CreateTopicAsync();
        pair["node1"].Run.Signal("STOP");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2", "degraded: without node1");
        Assert.Equal((ResponseCode.SlaveNotAvailable, 0L), await pair.SendAsync("node2", "broker-b", topic, "alone"));
        pair["node1"].Run.Signal("CONT");
        await pair.WaitUntilLedAsync("broker-b", "node2", "node1, node2");
        Assert.Equal((ResponseCode.Success, 1L), await pair.SendAsync("node2", "broker-b", topic, "both"));
        await pair["node2"].Run.WaitForOutputAsync("Broker broker-b is degraded no more: node1 holds everything again", ProcessCluster.Patience);
    }
}

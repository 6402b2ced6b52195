using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>What operators are told of the copies.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class LagTests(ReplicatedCluster cluster)
{
    [Fact]
    public async Task Operators_see_what_each_copy_lacks_and_which_one_is_away()
    {
        await cluster.MakeWholeAsync();
        await WaitForAsync("node1", "broker-a", "node2 0", 0);
        await WaitForAsync("node1", "broker-b", null, null);
        await cluster.Node2.Run.KillAsync();
        await WaitForAsync("node1", "broker-a", "node2 away", null);
        await cluster.MakeWholeAsync();
        await WaitForAsync("node1", "broker-a", "node2 0", 0);
        await WaitForAsync("node2", "broker-b", "node1 0", 0);
    }

    private async Task WaitForAsync(string node, string broker, string? lag, long? bytes)
    {
        var last = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                var run = await CommandRun.OfAsync($"rocket brokers --json --node 127.0.0.1:{cluster.Nodes[node].OperatorPort}");
                last = run.Output;
                var row = run.Rows().Single(row => row["broker"].GetString() == broker);
                return row["lag"].GetString() == lag && (row["lag-bytes"].ValueKind == System.Text.Json.JsonValueKind.Null ? null : row["lag-bytes"].GetInt64()) == bytes;
            },
            ReplicatedCluster.Patience,
            () => last);
    }
}

using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>All nodes die at once, or one loses its disk.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class WholeClusterTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task All_nodes_killed_at_once_have_everything_confirmed_when_they_are_back()
    {
        await cluster.MakeWholeAsync();
        var a = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        var b = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        await using (var toA = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, a))
        await using (var toB = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerB, b))
        {
            await toA.WaitForMoreAsync(1000);
            await Task.WhenAll(cluster.Nodes.Nodes.Select(node => node.Run.KillAsync()));
            var down = Stopwatch.StartNew();
            await cluster.MakeWholeAsync();
            output.WriteLine($"whole again {down.Elapsed.TotalSeconds:F1} s after the kill of all three");
            await toA.WaitForMoreAsync(500);
            await toB.WaitForMoreAsync(500);
        }

        output.WriteLine(await ReplicatedCluster.CheckAsync(a, ReplicatedCluster.BrokerA, cluster.Node1));
        output.WriteLine(await ReplicatedCluster.CheckAsync(b, ReplicatedCluster.BrokerB, cluster.Node2));
    }

    [Fact]
    public async Task A_node_whose_folder_was_wiped_comes_back_as_a_copy_of_what_was_there()
    {
        await cluster.MakeWholeAsync();
        var a = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        var b = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        await using (await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, a))
        await using (var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerB, b))
        {
            await cluster.Node1.Run.KillAsync();
            await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
            await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerB, "node2", "node2");
            Directory.Delete(cluster.Node1.DataDir, recursive: true);
            var back = await cluster.MakeWholeAsync();
            output.WriteLine($"a copy of both brokers, and master of its own again, {back.TotalSeconds:F1} s after its start with an empty folder; broker-b: {producers}");
        }

        // What it has now is all that there is.
        await cluster.Node2.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1");
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerB, "node1", "node1");
        output.WriteLine(await ReplicatedCluster.CheckAsync(a, ReplicatedCluster.BrokerA, cluster.Node1));
        output.WriteLine(await ReplicatedCluster.CheckAsync(b, ReplicatedCluster.BrokerB, cluster.Node1));
    }
}

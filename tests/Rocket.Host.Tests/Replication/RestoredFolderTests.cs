using Rocket.Host.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>The data folder of one node is put back to an old copy, or is lost, while the others remember more.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class RestoredFolderTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task A_node_with_an_old_copy_of_its_folder_votes_and_leads_only_with_what_the_others_have_and_nothing_is_lost()
    {
        await cluster.MakeWholeAsync();
        var a = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        var b = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        var backup = cluster.Node2.DataDir + "-backup";
        await using (var toA = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, a))
        await using (var toB = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerB, b))
        {
            Assert.Equal(0, await cluster.Nodes.StopAsync("node2"));
            FolderCopy.Make(cluster.Node2.DataDir, backup);
            await cluster.MakeWholeAsync();
            await toA.WaitForMoreAsync(1000);
            await toB.WaitForMoreAsync(1000);
            Assert.Equal(0, await cluster.Nodes.StopAsync("node2"));
            Directory.Delete(cluster.Node2.DataDir, recursive: true);
            Directory.Move(backup, cluster.Node2.DataDir);
            var back = await cluster.MakeWholeAsync();
            output.WriteLine($"whole again {back.TotalSeconds:F1} s after the start on an old copy; broker-a: {toA}; broker-b: {toB}");
            await toA.WaitForMoreAsync(500);
            await toB.WaitForMoreAsync(500);
        }

        Assert.Contains("its folder is an old copy", cluster.Node2.Run.Output, StringComparison.Ordinal);
        await CheckAllAsync(a, b);
    }

    /// <summary>It is back before anybody could notice that it was away: the register still names it as the master that holds everything.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_master_that_lost_its_folder_and_is_back_at_once_gives_the_lead_to_who_has_everything(bool hasOldCopy)
    {
        await cluster.MakeWholeAsync();
        var a = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        var b = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        var backup = cluster.Node2.DataDir + "-backup";
        await using (var toA = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, a))
        await using (var toB = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerB, b))
        {
            Assert.Equal(0, await cluster.Nodes.StopAsync("node2"));
            Directory.Move(cluster.Node2.DataDir, backup);
            FolderCopy.Make(backup, cluster.Node2.DataDir);
            await cluster.MakeWholeAsync();
            await toA.WaitForMoreAsync(1000);
            await toB.WaitForMoreAsync(1000);
            await cluster.Node2.Run.KillAsync();
            Directory.Delete(cluster.Node2.DataDir, recursive: true);
            if (hasOldCopy)
            {
                Directory.Move(backup, cluster.Node2.DataDir);
            }
            else
            {
                Directory.Delete(backup, recursive: true);
            }

            var back = await cluster.MakeWholeAsync();
            output.WriteLine($"whole again {back.TotalSeconds:F1} s after the start {(hasOldCopy ? "on an old copy" : "without a folder")}; broker-a: {toA}; broker-b: {toB}");
            await toA.WaitForMoreAsync(500);
            await toB.WaitForMoreAsync(500);
        }

        await CheckAllAsync(a, b);
    }

    private async Task CheckAllAsync(SendLedger a, SendLedger b)
    {
        output.WriteLine(await ReplicatedCluster.CheckAsync(a, ReplicatedCluster.BrokerA, cluster.Node1));
        output.WriteLine(await ReplicatedCluster.CheckAsync(b, ReplicatedCluster.BrokerB, cluster.Node2));

        // Each copy holds the same.
        await cluster.Node1.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
        output.WriteLine(await ReplicatedCluster.CheckAsync(a, ReplicatedCluster.BrokerA, cluster.Node2));
        await cluster.MakeWholeAsync();
        await cluster.Node2.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerB, "node1", "node1");
        output.WriteLine(await ReplicatedCluster.CheckAsync(b, ReplicatedCluster.BrokerB, cluster.Node1));
    }
}

using System.Diagnostics;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>The disk of one of three nodes is full, which is the slave of one broker and the master of another. Only root can make such a disk.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class FullDiskOfANodeTests(ITestOutputHelper output)
{
    private const int Megabytes = 256;
    private const string Group = "committing-group";

    [SkippableFact]
    public async Task A_copy_on_a_full_disk_leaves_the_set_sends_go_on_and_it_comes_back_by_itself_once_there_is_space()
    {
        using var disk = SmallDisk.TryMount(Megabytes);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        var cluster = new ReplicatedCluster();
        await using var nodes = cluster.Nodes;
        cluster.Node2.DataDir = Path.Combine(disk.Folder, "data");
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger);

        var filler = disk.FillUp();
        var removal = await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1");
        await cluster.Node2.Run.WaitForOutputAsync("No space left on device", ReplicatedCluster.Patience);
        await producers.WaitForMoreAsync(3000);
        output.WriteLine($"out of the set {removal.TotalMilliseconds:F0} ms after its disk was full: {producers}");
        Assert.Equal(0, producers.Unanswered);
        Assert.Empty(producers.Codes.Keys.Except([ResponseCode.Success, ResponseCode.SlaveNotAvailable, ResponseCode.FlushSlaveTimeout]));

        producers.Measure();
        File.Delete(filler);
        var back = Stopwatch.StartNew();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1", "node2");
        output.WriteLine($"in the set again {back.Elapsed.TotalSeconds:F1} s after there was space: {producers}");
        Assert.Equal(0, producers.Refused + producers.Unanswered);

        // It is as good as the master.
        await producers.WaitForMoreAsync(500);
        await cluster.Node1.Run.KillAsync();
        await producers.WaitForMoreAsync(500);
        await producers.StopAsync();
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node2));
        AssertNothingCrashed(cluster);
    }

    [SkippableFact]
    public async Task A_master_on_a_full_disk_refuses_sends_serves_everything_else_and_goes_on_once_there_is_space()
    {
        using var disk = SmallDisk.TryMount(Megabytes);
        Skip.If(disk is null, "mounting a tmpfs needs root");
        var cluster = new ReplicatedCluster();
        await using var nodes = cluster.Nodes;
        cluster.Node1.DataDir = Path.Combine(disk.Folder, "data");
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        var other = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger);
        await using var undisturbed = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerB, other);
        await using var client = await ReplicatedCluster.ConnectAsync(cluster.Node1, ReplicatedCluster.BrokerA);
        await client.UpdateOffsetAsync(Group, ledger.Topic, 0, 1).Succeeded();
        await client.ReadOneAsync(ledger.Topic, 0, 0); // a group that is new needs room

        var filler = disk.FillUp();
        await Eventually.HoldsAsync(
            () => producers.Codes.GetValueOrDefault(ResponseCode.ServiceNotAvailable) > 200, ReplicatedCluster.Patience, () => producers.ToString());
        producers.Measure();
        undisturbed.Measure();
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(i, (await client.ReadOneAsync(ledger.Topic, i % 4, i)).QueueOffset);
            await client.UpdateOffsetAsync(Group, ledger.Topic, 0, 2 + i).Succeeded();
            Assert.Equal(2 + i, (await client.QueryOffsetAsync(Group, ledger.Topic, 0).Succeeded()).Offset);
        }

        await undisturbed.WaitForMoreAsync(1000);
        output.WriteLine($"while the disk of its master is full, broker-a: {producers}");
        output.WriteLine($"broker-b, whose copy is on that disk: {undisturbed}");
        Assert.Equal([ResponseCode.ServiceNotAvailable], producers.Codes.Keys);
        Assert.Equal(0, producers.Unanswered + undisturbed.Unanswered);
        Assert.Empty(undisturbed.Codes.Keys.Except([ResponseCode.Success, ResponseCode.SlaveNotAvailable, ResponseCode.FlushSlaveTimeout]));

        File.Delete(filler);
        var back = Stopwatch.StartNew();
        await producers.WaitForMoreAsync(500);
        output.WriteLine($"broker-a had confirmed 500 more {back.Elapsed.TotalSeconds:F1} s after there was space");
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1", "node2");
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerB, "node2", "node1", "node2");
        Assert.Equal(51, (await client.QueryOffsetAsync(Group, ledger.Topic, 0).Succeeded()).Offset);
        await producers.StopAsync();
        await undisturbed.StopAsync();
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));

        await cluster.Node1.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node2));
        output.WriteLine(await ReplicatedCluster.CheckAsync(other, ReplicatedCluster.BrokerB, cluster.Node2));
        AssertNothingCrashed(cluster);
    }

    private static void AssertNothingCrashed(ReplicatedCluster cluster)
    {
        foreach (var node in cluster.Nodes.Nodes)
        {
            Assert.DoesNotContain("   at ", node.Run.Output, StringComparison.Ordinal);
        }
    }
}

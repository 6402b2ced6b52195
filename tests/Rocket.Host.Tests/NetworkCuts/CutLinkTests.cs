using System.Diagnostics;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>
/// Only the link between the two nodes with data is cut, while the witness hears both: neither is cut off from the majority, and one of them has to go, not both.
/// </summary>
[Collection(NetworkCutsCollection.Name)]
public sealed class CutLinkTests(CutCluster cut, ITestOutputHelper output)
{
    [SkippableFact]
    public Task A_cut_between_two_nodes_that_a_third_one_hears_costs_one_of_them() =>
        StepDownAsync("both ways between node1 and node2", isLong: true, network => network.Cut(["node1"], ["node2"]));

    [SkippableFact]
    public Task A_cut_in_one_direction_between_two_nodes_costs_one_of_them() =>
        StepDownAsync("from node1 to node2", isLong: false, network => network.CutOneWay(["node1"], ["node2"]));

    private async Task StepDownAsync(string what, bool isLong, Action<SeparateNetwork> make)
    {
        await cut.DemandAsync();
        var cluster = cut.Cluster;
        var staying = new SendLedger(await cluster.CreateTopicAsync(ReplicatedNodes.BrokerA), queues: 4);
        var moving = new SendLedger(await cluster.CreateTopicAsync(ReplicatedNodes.BrokerB), queues: 4);
        var clients = cut.Network[CutCluster.Clients];
        await using var undisturbed = await Producers.StartAsync(cluster.Nodes, ReplicatedNodes.BrokerA, staying, newSocket: clients.NewSocket);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedNodes.BrokerB, moving, newSocket: clients.NewSocket);
        await using var reader = new GroupReader(cluster.Nodes, ReplicatedNodes.BrokerB, moving.Topic, queues: 4, clients.NewSocket);
        await using var watch = await OffsetWatch.StartAsync(cluster.Node1, ReplicatedNodes.BrokerB, cluster.Node2, moving.Topic);
        await using var faithful = FaithfulClient.Start(cluster.Node2, ReplicatedNodes.BrokerB, moving, clients);
        await producers.WaitForMoreAsync(500);
        await watch.WaitUntilKeptAsync();

        using var logs = new CutLogs(cluster.Nodes, output);
        make(cut.Network);
        faithful.IsCut();
        reader.MasterIsCutOff();
        producers.Measure();
        undisturbed.Measure();
        var takeover = await cluster.WaitForPlacementAsync(ReplicatedNodes.BrokerB, "node1", "node1");
        reader.MasterIsReplaced();
        await producers.WaitForMoreAsync(500);
        await undisturbed.WaitForMoreAsync(500);
        await faithful.StopAsync();
        output.WriteLine($"cut, {what}: node1 leads broker-b after {takeover.TotalSeconds:F1} s; {producers}");
        output.WriteLine($"broker-a, which keeps its master: {undisturbed}");
        output.WriteLine($"clients that stay with node2: {faithful.ConfirmedSinceCut} of {faithful.BegunSinceCut} sends confirmed since the cut");
        Assert.Equal(0, faithful.ConfirmedSinceCut);
        Assert.Contains("This node steps down", logs.Since("node2"), StringComparison.Ordinal);

        if (isLong)
        {
            // It would cost the cluster one of the two again.
            await Eventually.HoldsAsync(
                () => logs.Since("node2").Contains("it waits for a link with node1", StringComparison.Ordinal), ReplicatedNodes.Patience, () => logs.Since("node2"));
        }

        producers.Measure();
        undisturbed.Measure();
        var healing = Stopwatch.StartNew();
        cut.Network.Heal();
        await cluster.MakeWholeAsync();
        output.WriteLine($"healed: all whole again after {healing.Elapsed.TotalSeconds:F1} s; broker-b: {producers}");
        output.WriteLine($"broker-a: {undisturbed}");
        Assert.Contains("node2 is out of its cluster; it begins anew", logs.Since("node2"), StringComparison.Ordinal);
        Assert.DoesNotContain("begins anew", logs.Since("node1") + logs.Since("node3"), StringComparison.Ordinal);
        await producers.WaitForMoreAsync(300);
        await producers.StopAsync();
        await undisturbed.StopAsync();
        output.WriteLine($"at node1's port of broker-b: {watch}");
        await watch.AssertAllRightAsync();
        await reader.WaitUntilConsumedAsync(moving.Confirmed);
        output.WriteLine($"a consumer: {reader}");
        await reader.AssertAllRightAsync();
        output.WriteLine(await ReplicatedNodes.CheckAsync(staying, ReplicatedNodes.BrokerA, cluster.Node1));
        output.WriteLine(await ReplicatedNodes.CheckAsync(moving, ReplicatedNodes.BrokerB, cluster.Node2));
        logs.AssertReadable();
    }
}

using System.Diagnostics;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>The master of broker-a is cut off from the other nodes: the copy takes over, the master confirms nothing more, and is as good as before once it hears the others.</summary>
[Collection(NetworkCutsCollection.Name)]
public sealed class CutOffMasterTests(CutCluster cut, ITestOutputHelper output)
{
    private static readonly string[] Master = ["node1"];
    private static readonly string[] Others = ["node2", "node3"];

    [SkippableFact]
    public Task A_master_that_is_cut_off_from_the_others_is_replaced_and_comes_back() =>
        TakeOverAsync("both ways", CutCluster.Clients, network => network.Cut(Master, Others));

    [SkippableFact]
    public Task A_master_whose_words_are_lost_is_replaced_and_comes_back() =>
        TakeOverAsync("what the master sends", CutCluster.Clients, network => network.CutOneWay(Master, Others));

    [SkippableFact]
    public Task A_master_that_hears_nobody_is_replaced_and_comes_back() =>
        TakeOverAsync("what the master is sent", CutCluster.Clients, network => network.CutOneWay(Others, Master));

    [SkippableFact]
    public Task A_master_that_is_cut_off_with_its_clients_confirms_nothing_to_them() =>
        TakeOverAsync(
            "the master with its clients", CutCluster.Neighbours, network => network.Cut([.. Master, CutCluster.Neighbours], [.. Others, CutCluster.Clients]));

    private async Task TakeOverAsync(string what, string faithfulPlace, Action<SeparateNetwork> make)
    {
        await cut.DemandAsync();
        var cluster = cut.Cluster;
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedNodes.BrokerA), queues: 4);
        var clients = cut.Network[CutCluster.Clients];
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedNodes.BrokerA, ledger, newSocket: clients.NewSocket);
        await using var reader = new GroupReader(cluster.Nodes, ReplicatedNodes.BrokerA, ledger.Topic, queues: 4, clients.NewSocket);
        await using var watch = await OffsetWatch.StartAsync(cluster.Node2, ReplicatedNodes.BrokerA, cluster.Node1, ledger.Topic);
        await using var faithful = FaithfulClient.Start(cluster.Node1, ReplicatedNodes.BrokerA, ledger, cut.Network[faithfulPlace]);
        await producers.WaitForMoreAsync(500);
        await watch.WaitUntilKeptAsync();

        using var logs = new CutLogs(cluster.Nodes, output);
        make(cut.Network);
        faithful.IsCut();
        reader.MasterIsCutOff();
        producers.Measure();
        var takeover = await cluster.WaitForPlacementAsync(ReplicatedNodes.BrokerA, "node2", "node2");
        reader.MasterIsReplaced();
        await producers.WaitForMoreAsync(500);
        await faithful.StopAsync();
        output.WriteLine($"cut, {what}: node2 leads after {takeover.TotalSeconds:F1} s; {producers}");
        output.WriteLine($"clients that stay with the master: {faithful.ConfirmedSinceCut} of {faithful.BegunSinceCut} sends confirmed since the cut");
        Assert.Equal(0, faithful.ConfirmedSinceCut);
        Assert.True(faithful.BegunSinceCut > 0);

        producers.Measure();
        var healing = Stopwatch.StartNew();
        cut.Network.Heal();
        await cluster.MakeWholeAsync();
        output.WriteLine($"healed: all whole again after {healing.Elapsed.TotalSeconds:F1} s; {producers}");
        await producers.WaitForMoreAsync(300);
        await producers.StopAsync();
        output.WriteLine($"at node2's port of broker-a: {watch}");
        await watch.AssertAllRightAsync();
        await reader.WaitUntilConsumedAsync(ledger.Confirmed);
        output.WriteLine($"a consumer: {reader}");
        await reader.AssertAllRightAsync();
        output.WriteLine(await ReplicatedNodes.CheckAsync(ledger, ReplicatedNodes.BrokerA, cluster.Node1));
        logs.AssertReadable();
    }
}

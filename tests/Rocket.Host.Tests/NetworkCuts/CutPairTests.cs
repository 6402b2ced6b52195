using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Replication;
using Rocket.Host.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>Two nodes and no third vote: a person says that the other one is dead, and is wrong.</summary>
[Collection(NetworkCutsCollection.Name)]
public sealed class CutPairTests(CutCluster cut, ITestOutputHelper output)
{
    [SkippableFact]
    public async Task A_node_that_was_voted_out_while_it_was_only_cut_off_comes_back_by_itself()
    {
        cut.DemandNetwork();
        await using var nodes = ProcessCluster.PairAt(cut.Places.Where(place => place.Key is "node1" or "node2").ToDictionary());
        var pair = new ReplicatedCluster(nodes);
        await pair.MakeWholeAsync();
        var ledger = new SendLedger(await pair.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        var clients = cut.Network[CutCluster.Clients];

        using var logs = new CutLogs(nodes, output);
        cut.Network.Cut(["node2"], ["node1", CutCluster.Clients]);
        var last = "";
        await Eventually.HoldsAsync(() => logs.Since("node1").Contains("Marking node(s) as UNREACHABLE", StringComparison.Ordinal), ReplicatedCluster.Patience);
        await Eventually.HoldsAsync(
            async () =>
            {
                var run = await OperatorCall.AskAsync(pair.Node1, "cluster", "down", """{"node":"node2","yes":true}""");
                last = run.Output + run.Error;
                return run.ExitCode == 0;
            },
            ReplicatedCluster.Patience,
            () => last);
        await pair.WaitForPlacementAsync(ReplicatedCluster.BrokerB, "node1", "node1");
        await using var producers = await Producers.StartAsync(nodes, ReplicatedCluster.BrokerB, ledger, clients.NewSocket);
        output.WriteLine($"node2 is voted out while it runs: {producers}");

        cut.Network.Heal();
        await pair.MakeWholeAsync();
        Assert.Contains("node2 is out of its cluster; it begins anew", logs.Since("node2"), StringComparison.Ordinal);
        await producers.WaitForMoreAsync(300);
        await producers.StopAsync();
        output.WriteLine($"it is back and has its broker again: {producers}");
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerB, pair.Node2));
        logs.AssertReadable();
    }
}

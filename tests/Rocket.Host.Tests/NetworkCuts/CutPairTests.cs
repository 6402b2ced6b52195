using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;
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
        var pair = new ReplicatedNodes(nodes);
        await pair.MakeWholeAsync();
        var ledger = new SendLedger(await pair.CreateTopicAsync(ReplicatedNodes.BrokerB), queues: 4);
        var clients = cut.Network[CutCluster.Clients];

        using var logs = new CutLogs(nodes, output);
        cut.Network.Cut(["node2"], ["node1", CutCluster.Clients]);
        var last = "";
        await Eventually.HoldsAsync(() => logs.Since("node1").Contains("Marking node(s) as UNREACHABLE", StringComparison.Ordinal), ReplicatedNodes.Patience);
        await Eventually.HoldsAsync(
            async () =>
            {
                var answer = await OperatorPort.AskAsync(pair.Node1, "cluster/down", new Dictionary<string, object> { ["node"] = "node2", ["yes"] = true });
                last = answer.Text;
                return answer.IsDone;
            },
            ReplicatedNodes.Patience,
            () => last);
        await pair.WaitForPlacementAsync(ReplicatedNodes.BrokerB, "node1", "node1");
        await using var producers = await Producers.StartAsync(nodes, ReplicatedNodes.BrokerB, ledger, newSocket: clients.NewSocket);
        output.WriteLine($"node2 is voted out while it runs: {producers}");

        cut.Network.Heal();
        await pair.MakeWholeAsync();
        Assert.Contains("node2 is out of its cluster; it begins anew", logs.Since("node2"), StringComparison.Ordinal);
        await producers.WaitForMoreAsync(300);
        await producers.StopAsync();
        output.WriteLine($"it is back and has its broker again: {producers}");
        output.WriteLine(await ReplicatedNodes.CheckAsync(ledger, ReplicatedNodes.BrokerB, pair.Node2));
        logs.AssertReadable();
    }
}

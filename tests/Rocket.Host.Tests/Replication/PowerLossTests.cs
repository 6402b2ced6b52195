using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>
/// Machines end while records are in memory alone (async-flush): the processes are killed, bytes that were not behind a checkpoint are cut off the logs, and the next start has another boot id.
/// </summary>
[Collection(ReplicationCollection.Name)]
public sealed class PowerLossTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task A_master_that_lost_records_with_its_machine_waits_for_the_copy_that_has_them()
    {
        var ledger = await SendAndKillAllAsync();
        await StartAloneAsync(cluster.Node1, ledger);
        await ExpectToWaitAsync("node2, which may have them, is not here");

        cluster.Nodes.Start("node2");
        await cluster.Node2.Run.WaitForOutputAsync("Broker broker-a is led here", ReplicatedCluster.Patience);
        var back = await cluster.MakeWholeAsync();
        output.WriteLine($"whole again {back.TotalSeconds:F1} s later");
        await cluster.Node1.Run.WaitForOutputAsync("The copy of broker broker-a is doubtful no more: it holds all that its master has", ReplicatedCluster.Patience);
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));
    }

    [Fact]
    public async Task Where_all_machines_ended_the_longest_log_leads_once_all_are_there()
    {
        var ledger = await SendAndKillAllAsync();
        cluster.Node2.BootId = Guid.NewGuid();
        await StartAloneAsync(cluster.Node1, ledger);
        await ExpectToWaitAsync("node2, which may have them, is not here");

        // What it wrote is all there, by chance.
        cluster.Nodes.Start("node2");
        await cluster.Node2.Run.WaitForOutputAsync("Broker broker-a is led here", ReplicatedCluster.Patience);
        await cluster.Node2.Run.WaitForOutputAsync("The copy of broker broker-a is doubtful no more: it leads", ReplicatedCluster.Patience);
        await cluster.MakeWholeAsync();
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node2));
    }

    [Fact]
    public async Task A_person_may_let_a_master_lead_that_lost_records_and_what_the_other_one_has_is_kept_aside()
    {
        var ledger = await SendAndKillAllAsync();
        await StartAloneAsync(cluster.Node1, ledger);
        await ExpectToWaitAsync("node2, which may have them, is not here");
        var forced = await CommandRun.OfAsync($"rocket force-master broker-a node1 --yes --node 127.0.0.1:{cluster.Node1.OperatorPort}");
        Assert.True(forced.ExitCode == 0, forced.Error);
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1");

        cluster.Nodes.Start("node2");
        await cluster.MakeWholeAsync();
        Assert.NotEmpty(Directory.GetDirectories(Path.Combine(cluster.Node2.DataDir, "brokers", "broker-a", "diverged"), $"{ledger.Topic}@*-cut-*"));
        await cluster.Node1.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
    }

    private async Task<SendLedger> SendAndKillAllAsync()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        await using (var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger))
        {
            await producers.WaitForMoreAsync(500);
            await Task.WhenAll(cluster.Nodes.Nodes.Select(node => node.Run.KillAsync()));
        }

        return ledger;
    }

    /// <summary>The node's machine has lost the last part of every queue, the middle of a record on.</summary>
    private async Task StartAloneAsync(ClusterNode node, SendLedger ledger)
    {
        for (var queue = 0; queue < ledger.Queues; queue++)
        {
            var segment = Directory.GetFiles(Path.Combine(node.DataDir, "brokers", "broker-a", "queues", $"{ledger.Topic}@{queue}"), "*.log").Single();
            using var file = new FileStream(segment, FileMode.Open);
            file.SetLength((file.Length * 2 / 3) + 1);
        }

        node.BootId = Guid.NewGuid();
        cluster.Nodes.Start(node.Name);
        cluster.Nodes.Start("node3");
        await cluster.Nodes.WaitUntilReadyAsync("node3");
    }

    private async Task ExpectToWaitAsync(string reason)
    {
        var run = cluster.Node1.Run;
        await run.WaitForOutputAsync("The copy of broker broker-a is doubtful", ReplicatedCluster.Patience);
        await run.WaitForOutputAsync("Broker broker-a is not led here: the copy of node1 may have lost its last records", ReplicatedCluster.Patience);
        await run.WaitForOutputAsync(reason, ReplicatedCluster.Patience);
        await Eventually.HoldsAsync(
            async () => (await CommandRun.OfAsync($"rocket brokers --json --node 127.0.0.1:{cluster.Node1.OperatorPort}")).Rows()
                .Any(row => row["broker"].GetString() == "broker-a" && row["state"].GetString() == "doubtful"),
            ReplicatedCluster.Patience);
        Assert.DoesNotContain("Broker broker-a is led here", run.Output, StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Connections;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>A master that stands still until another one leads, and then goes on where it was: no timing makes that safe, only epochs do.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class FrozenMasterTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task A_master_that_wakes_up_after_another_has_begun_confirms_nothing_that_is_not_kept()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger);

        // These stay with the old master, whatever the routes say, and their sends wait in its sockets.
        await using var faithful = await ReplicatedCluster.ConnectAsync(cluster.Node1, ReplicatedCluster.BrokerA);
        cluster.Node1.Run.Signal("STOP");
        producers.Measure();
        var waiting = Enumerable.Range(100, 50).Select(sender => SendToOldMasterAsync(faithful, ledger, sender)).ToList();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
        await producers.WaitForMoreAsync(1000);
        output.WriteLine($"SIGSTOP of the master: {producers}");
        producers.Measure();
        cluster.Node1.Run.Signal("CONT");
        var woken = Stopwatch.StartNew();
        var confirmed = (await Task.WhenAll(waiting)).Count(wasConfirmed => wasConfirmed);
        output.WriteLine($"of 50 sends that waited for the frozen master, {confirmed} were confirmed when it woke up");
        await cluster.Node1.Run.WaitForOutputAsync("node1 is out of its cluster; it begins anew", ReplicatedCluster.Patience);
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1", "node2");
        output.WriteLine($"it led again {woken.Elapsed.TotalSeconds:F1} s after it woke up: {producers}");
        await producers.WaitForMoreAsync(500);
        await producers.StopAsync();
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));
    }

    private static async Task<bool> SendToOldMasterAsync(RemotingConnection client, SendLedger ledger, int sender)
    {
        try
        {
            var answer = await client.SendAsync(ledger.Request(sender, 0), timeout: ReplicatedCluster.Patience);
            if (answer.IsSuccess)
            {
                ledger.Confirm(sender, 0, answer);
            }

            return answer.IsSuccess;
        }
        catch (Exception gone) when (gone is RemotingConnectionClosedException or RemotingTimeoutException)
        {
            return false;
        }
    }
}

using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>SIGTERM of a node under load, as in an upgrade: it hands over what it leads.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class PlannedStopTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task A_master_that_stops_in_order_hands_its_broker_over_and_loses_nothing()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        var other = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger);
        await using var undisturbed = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerB, other);
        await using var reader = new GroupReader(cluster.Nodes, ReplicatedCluster.BrokerA, ledger.Topic, queues: 4);
        await using var watch = await OffsetWatch.StartAsync(cluster.Node2, ReplicatedCluster.BrokerA, cluster.Node1, ledger.Topic);
        await producers.WaitForMoreAsync(1000);
        producers.Measure();
        undisturbed.Measure();
        var stopping = Stopwatch.StartNew();
        Assert.Equal(0, await cluster.Nodes.StopAsync("node1"));
        output.WriteLine($"the process ended with 0 after {stopping.Elapsed.TotalSeconds:F1} s");
        await producers.WaitForMoreAsync(1000);
        output.WriteLine($"planned stop of the master of broker-a: {producers}");
        output.WriteLine($"broker-b, which lost its copy: {undisturbed}");

        producers.Measure();
        undisturbed.Measure();
        await cluster.MakeWholeAsync();
        await producers.WaitForMoreAsync(500);
        output.WriteLine($"return and hand-back, broker-a: {producers}");
        output.WriteLine($"return of the copy, broker-b: {undisturbed}");
        await producers.StopAsync();
        await undisturbed.StopAsync();
        output.WriteLine($"at node2's port of broker-a: {watch}");
        await watch.AssertAllRightAsync();
        await reader.WaitUntilConsumedAsync(ledger.Confirmed);
        output.WriteLine($"a consumer: {reader}");
        await reader.AssertAllRightAsync();
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));
        output.WriteLine(await ReplicatedCluster.CheckAsync(other, ReplicatedCluster.BrokerB, cluster.Node2));
    }
}

using System.Diagnostics;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Codes;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>SIGKILL of nodes, one after the other, while clients send and consume.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class FailoverTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    private static readonly TimeSpan FailoverTarget = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_killed_master_loses_nothing_confirmed_and_no_offset_and_gets_its_broker_back()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        var other = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerB), queues: 4);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger);
        await using var undisturbed = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerB, other);
        await using var reader = new GroupReader(cluster.Nodes, ReplicatedCluster.BrokerA, ledger.Topic, queues: 4);
        await using var watch = await OffsetWatch.StartAsync(cluster.Node2, ReplicatedCluster.BrokerA, cluster.Node1, ledger.Topic);
        await producers.WaitForMoreAsync(2000);
        producers.Measure();
        undisturbed.Measure();

        await cluster.Node1.Run.KillAsync();
        await producers.WaitForMoreAsync(1000);
        output.WriteLine($"kill -9 of the master of broker-a: {producers}");
        output.WriteLine($"broker-b, which lost its copy: {undisturbed}");
        Assert.InRange(producers.LongestGap, TimeSpan.Zero, FailoverTarget * 2);
        Assert.Empty(StackTraces.In(cluster.Node2.Run.Output));

        // Back as a copy, then as the master.
        producers.Measure();
        undisturbed.Measure();
        output.WriteLine($"all whole again after {(await cluster.MakeWholeAsync()).TotalSeconds:F1} s");
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

    [Fact]
    public async Task A_killed_copy_stops_nobody_and_is_as_good_as_before_when_it_is_back()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger);
        await cluster.Node2.Run.KillAsync();
        var removal = await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1");
        await producers.WaitForMoreAsync(1000);
        output.WriteLine($"kill -9 of the copy, out of the set after {removal.TotalMilliseconds:F0} ms: {producers}");
        Assert.Empty(producers.Codes.Keys.Except([ResponseCode.Success, ResponseCode.SlaveNotAvailable, ResponseCode.FlushSlaveTimeout]));
        Assert.Equal(0, producers.Unanswered);

        producers.Measure();
        cluster.Nodes.Start("node2");
        var back = Stopwatch.StartNew();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node1", "node1", "node2");
        output.WriteLine($"in the set again {back.Elapsed.TotalSeconds:F1} s after its start: {producers}");
        Assert.Equal(0, producers.Refused + producers.Unanswered);

        producers.Measure();
        await cluster.Node1.Run.KillAsync();
        await producers.WaitForMoreAsync(500);
        output.WriteLine($"then kill -9 of the master: {producers}");
        await producers.StopAsync();
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node2));
    }

    [Fact]
    public async Task A_killed_witness_is_not_noticed()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        await using var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger);
        await cluster.Witness.Run.KillAsync();
        await cluster.Node1.Run.WaitForOutputAsync("Link with node3 (dialed) has ended", ReplicatedCluster.Patience);
        await producers.WaitForMoreAsync(5000);
        cluster.Nodes.Start("node3");
        await cluster.Nodes.WaitUntilReadyAsync("node3");
        await producers.WaitForMoreAsync(500);
        output.WriteLine($"kill -9 of the witness: {producers}");
        await producers.StopAsync();
        Assert.Equal(0, producers.Refused + producers.Unanswered);
        Assert.InRange(producers.LongestGap, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));
    }
}

using Rocket.Host.Tests.Clustering;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>Bytes change in the files of a node that is down; another node holds them as they were.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class DamagedLogTests(ReplicatedCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task A_copy_with_damaged_logs_fetches_them_anew_and_is_as_good_as_before()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        await using (var producers = await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger))
        {
            await cluster.Nodes.StopAsync("node2");
            FlipLast(cluster.Node2, $"queues/{ledger.Topic}@0");
            FlipLast(cluster.Node2, "metadata");
            var back = await cluster.MakeWholeAsync();
            output.WriteLine($"in the set again {back.TotalSeconds:F1} s after its start; {producers}");
        }

        Assert.Equal([$"{ledger.Topic}@0-damaged-1", "metadata-damaged-1"], SetAside(cluster.Node2, ledger.Topic));
        Assert.Contains("is of no use", cluster.Node2.Run.Output, StringComparison.Ordinal);
        await cluster.Node1.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node2));
    }

    [Theory]
    [InlineData("a queue")]
    [InlineData("metadata")]
    public async Task A_would_be_master_with_a_damaged_log_lets_the_copy_lead_and_gets_it_back_once_that_is_fetched_anew(string what)
    {
        var ledger = await SendAndKillAllAsync();
        var log = what == "metadata" ? what : $"{ledger.Topic}@1";
        FlipLast(cluster.Node1, what == "metadata" ? what : $"queues/{log}");
        var back = await cluster.MakeWholeAsync();
        output.WriteLine($"whole again {back.TotalSeconds:F1} s after the kill of all three, with damaged {what} at the preferred master");

        // Either node may be ready first: this one finds the damage when it is to lead, or when it follows.
        Assert.Matches("Broker broker-a is given up here: its|is of no use", cluster.Node1.Run.Output);
        Assert.Contains("Broker broker-a is led here", cluster.Node2.Run.Output, StringComparison.Ordinal);
        Assert.Contains($"{log}-damaged-1", SetAside(cluster.Node1, ledger.Topic));
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));
    }

    [Fact]
    public async Task Where_each_node_has_another_damaged_log_both_are_fetched_anew()
    {
        var ledger = await SendAndKillAllAsync();
        FlipLast(cluster.Node1, $"queues/{ledger.Topic}@1");
        FlipLast(cluster.Node2, $"queues/{ledger.Topic}@2");
        var back = await cluster.MakeWholeAsync();
        output.WriteLine($"whole again {back.TotalSeconds:F1} s after the kill of all three, with a damaged log at each");
        Assert.Equal([$"{ledger.Topic}@1-damaged-1"], SetAside(cluster.Node1, ledger.Topic).Where(log => log != "metadata-damaged-1"));
        Assert.Contains($"{ledger.Topic}@2-damaged-1", SetAside(cluster.Node2, ledger.Topic));
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node1));
        await cluster.Node1.Run.KillAsync();
        await cluster.WaitForPlacementAsync(ReplicatedCluster.BrokerA, "node2", "node2");
        output.WriteLine(await ReplicatedCluster.CheckAsync(ledger, ReplicatedCluster.BrokerA, cluster.Node2));
    }

    /// <summary>Both nodes stop in order once after the last message, so that their checkpoints cover everything: what is damaged before one is damage, behind it a torn tail.</summary>
    private async Task<SendLedger> SendAndKillAllAsync()
    {
        await cluster.MakeWholeAsync();
        var ledger = new SendLedger(await cluster.CreateTopicAsync(ReplicatedCluster.BrokerA), queues: 4);
        await using (await Producers.StartAsync(cluster.Nodes, ReplicatedCluster.BrokerA, ledger))
        {
        }

        foreach (var node in (string[])["node1", "node2"])
        {
            await cluster.Nodes.StopAsync(node);
            await cluster.MakeWholeAsync();
        }

        await Task.WhenAll(cluster.Nodes.Nodes.Select(node => node.Run.KillAsync()));
        return ledger;
    }

    /// <summary>Changes the last byte of a log, which belongs to its last record.</summary>
    private static void FlipLast(ClusterNode node, string log)
    {
        var segment = Directory.GetFiles(Path.Combine(FolderOf(node), log), "*.log").Order(StringComparer.Ordinal).Last();
        using var file = new FileStream(segment, FileMode.Open);
        file.Seek(-1, SeekOrigin.End);
        var last = file.ReadByte();
        file.Seek(-1, SeekOrigin.End);
        file.WriteByte((byte)(last ^ 1));
    }

    private static IEnumerable<string> SetAside(ClusterNode node, string topic)
    {
        var diverged = Path.Combine(FolderOf(node), "diverged");
        return Directory.Exists(diverged)
            ? Directory.GetDirectories(diverged, "*-damaged-*").Select(path => Path.GetFileName(path)!).Where(name => name.StartsWith(topic, StringComparison.Ordinal) || name.StartsWith("metadata", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            : [];
    }

    private static string FolderOf(ClusterNode node) => Path.Combine(node.DataDir, "brokers", ReplicatedCluster.BrokerA);
}

using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clustering;

/// <summary>A person's word where nodes wait for others that won't come.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class FormingByHandTests
{
    [Fact]
    public async Task A_node_without_a_majority_forms_a_cluster_that_others_join_when_they_come()
    {
        await using var cluster = ProcessCluster.OfTwo();
        cluster.Start("node1");
        await cluster["node1"].Run.WaitForOutputAsync("This node is in no cluster yet, it waits for a majority of the 2 voters", ProcessCluster.Patience);
        Assert.Equal(["node1", "has formed a cluster; its voter votes"], (await FormAsync(cluster["node1"])).Row("node1"));
        await Eventually.HoldsAsync(async () => (await ShowAsync(cluster["node1"])).Lines.Any(line => line.Contains("Up", StringComparison.Ordinal)));
        cluster.Start("node2");
        await cluster.WaitUntilReadyAsync("node2");
        await cluster.WaitUntilReadyAsync("node1");
        Assert.Equal(["node1", "is in a cluster already; its voter votes"], (await FormAsync(cluster["node1"])).Row("node1"));
    }

    [Fact]
    public async Task Two_of_three_go_on_at_the_first_start_when_each_of_them_is_told()
    {
        await using var cluster = ProcessCluster.WithWitness();
        cluster.Start("node1");
        cluster.Start("node2");
        foreach (var name in new[] { "node1", "node2" })
        {
            await cluster[name].Run.WaitForOutputAsync("This voter does not vote yet, it waits for node3 to answer", ProcessCluster.Patience);
            Assert.Equal(0, (await FormAsync(cluster[name])).ExitCode);
        }

        await cluster.WaitUntilReadyAsync("node1");
        await cluster.WaitUntilReadyAsync("node2");
    }

    [Fact]
    public async Task A_node_that_waits_stops_in_order_and_a_damaged_word_of_it_refuses_its_next_start()
    {
        await using var cluster = ProcessCluster.OfTwo();
        cluster.Start("node1");
        var node = cluster["node1"];
        var file = Path.Combine(node.DataDir, "placement", "@formation");
        await Eventually.HoldsAsync(() => File.Exists(file));
        Assert.Equal(0, await cluster.StopAsync("node1"));

        var bytes = await File.ReadAllBytesAsync(file);
        bytes[12] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        cluster.Start("node1");
        Assert.Equal(1, await node.Run.WaitForExitAsync(ProcessCluster.Patience));
        Assert.StartsWith($"{file}: its checksum is wrong", Assert.Single(node.Run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static Task<CommandRun> FormAsync(ClusterNode node) => CommandRun.OfAsync($"cluster form --yes --node 127.0.0.1:{node.OperatorPort}");

    private static Task<CommandRun> ShowAsync(ClusterNode node) => CommandRun.OfAsync($"cluster show --node 127.0.0.1:{node.OperatorPort}");
}

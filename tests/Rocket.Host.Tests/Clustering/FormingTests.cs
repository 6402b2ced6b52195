using Rocket.Host.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Clustering;

/// <summary>Nodes find each other and form one cluster.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class FormingTests(ITestOutputHelper output)
{
    private static readonly TimeSpan RouteTime = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task All_are_needed_at_the_first_start_in_any_order_and_two_of_three_later()
    {
        await using var cluster = ProcessCluster.WithWitness();
        cluster.Start("node3");
        await cluster["node3"].Run.WaitForOutputAsync("This node is in no cluster yet, it waits for a majority of the 3 voters", ProcessCluster.Patience);
        cluster.Start("node2");
        await cluster["node2"].Run.WaitForOutputAsync("This voter does not vote yet, it waits for node1 to answer", ProcessCluster.Patience);
        Assert.DoesNotContain("Rocket node2 ready", cluster["node2"].Run.Output, StringComparison.Ordinal);

        // The late one.
        cluster.Start("node1");
        foreach (var node in cluster.Nodes)
        {
            await cluster.WaitUntilReadyAsync(node.Name);
        }

        await AssertRoutesSoonAsync(cluster, "node1", "node2", "node3");
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(0, await cluster.StopAsync(node.Name));
        }

        cluster.Start("node2");
        cluster.Start("node1");
        await cluster.WaitUntilReadyAsync("node1");
        await cluster.WaitUntilReadyAsync("node2");
        await AssertRoutesSoonAsync(cluster, "node1", "node2");
        cluster.Start("node3");
        await cluster.WaitUntilReadyAsync("node3");
        await AssertRoutesSoonAsync(cluster, "node3");
    }

    [Fact]
    public async Task Two_nodes_without_a_third_vote_form_a_cluster_and_one_that_was_killed_comes_back()
    {
        await using var cluster = ProcessCluster.OfTwo();
        await cluster.StartAllAsync();
        await AssertRoutesSoonAsync(cluster, "node1", "node2");
        Assert.Equal(0, await cluster.SendAsync("node2", "Kept"));
        await cluster["node1"].Run.KillAsync();
        Assert.Equal(1, await cluster.SendAsync("node2", "Kept"));
        cluster.Start("node1");
        await cluster.WaitUntilReadyAsync("node1");
        await AssertRoutesSoonAsync(cluster, "node1");
    }

    [Fact]
    public async Task A_node_that_was_killed_and_comes_back_at_another_Akka_address_takes_the_place_of_its_former_start()
    {
        await using var cluster = ProcessCluster.OfTwo();
        await cluster.StartAllAsync();
        Assert.Equal(0, await cluster.SendAsync("node1", "Kept"));
        await cluster["node1"].Run.KillAsync();
        cluster.Start("node1", $"akka.remote.dot-netty.tcp.port = {FreePorts.Take()}");
        await cluster.WaitUntilReadyAsync("node1");
        Assert.Equal(1, await cluster.SendAsync("node1", "Kept"));
        await cluster.WaitForRoutesAsync("node2", "broker-a", "broker-b");
    }

    [Fact]
    public async Task A_voter_with_an_empty_folder_copies_what_the_others_know()
    {
        await using var cluster = ProcessCluster.WithWitness();
        await cluster.StartAllAsync();
        await cluster["node3"].Run.KillAsync();
        Directory.Delete(cluster["node3"].DataDir, recursive: true);
        cluster.Start("node3");
        await cluster.WaitUntilReadyAsync("node3");
        await cluster["node3"].Run.WaitForOutputAsync("has copied the registers of all others", ProcessCluster.Patience);
        Assert.Equal(
            ["@formation", "@voter", "broker-a", "broker-b"],
            Directory.GetFiles(Path.Combine(cluster["node3"].DataDir, "placement")).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    private async Task AssertRoutesSoonAsync(ProcessCluster cluster, params string[] nodes)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var node in nodes)
        {
            await cluster.WaitForRoutesAsync(node, "broker-a", "broker-b");
        }

        output.WriteLine($"{string.Join(", ", nodes)} know both brokers {watch.ElapsedMilliseconds} ms after the last one got ready");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, RouteTime * 2);
    }
}

using System.Diagnostics;
using Rocket.Host.Tests.Consuming;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Clustering;

/// <summary>Nodes of a running cluster die, freeze and stop: the others go on at once, and they come back.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class LossTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Whichever_node_is_killed_the_others_answer_at_once_and_it_joins_again()
    {
        await using var cluster = ProcessCluster.WithWitness();
        await cluster.StartAllAsync();
        foreach (var data in new[] { "node1", "node2" })
        {
            Assert.Equal(0, await cluster.SendAsync(data, "Kept"));
        }

        for (var round = 0; round < cluster.Nodes.Count; round++)
        {
            var killed = cluster.Nodes[round];
            var others = cluster.Nodes.Where(node => node != killed).ToList();
            await killed.Run.KillAsync();
            var watch = Stopwatch.StartNew();
            foreach (var other in others)
            {
                await cluster.WaitForRoutesAsync(other.Name, "broker-a", "broker-b");
                if (other.Broker is not null)
                {
                    Assert.True(await cluster.SendAsync(other.Name, "Kept") > 0);
                }
            }

            output.WriteLine($"the others answered {watch.ElapsedMilliseconds} ms after {killed.Name} was killed");
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, AtOnce);
            watch.Restart();
            cluster.Start(killed.Name);
            await cluster.WaitUntilReadyAsync(killed.Name);
            output.WriteLine($"{killed.Name} was ready again after {watch.ElapsedMilliseconds} ms");
            watch.Restart();
            await cluster.WaitForRoutesAsync(killed.Name, "broker-a", "broker-b");
            await cluster.WaitForTopicAsync(killed.Name, "Kept", "broker-a", "broker-b");
            output.WriteLine($"it knew all routes {watch.ElapsedMilliseconds} ms later");
        }
    }

    [Fact]
    public async Task A_frozen_node_is_removed_and_begins_anew_in_its_own_process_when_it_wakes()
    {
        await using var cluster = ProcessCluster.WithWitness();
        await cluster.StartAllAsync();
        Assert.Equal(0, await cluster.SendAsync("node1", "Kept"));
        cluster["node1"].Run.Signal("STOP");
        await cluster["node2"].Run.WaitForOutputAsync("Link with node1 (dialed) has ended", ProcessCluster.Patience);
        await cluster["node2"].Run.WaitForOutputAsync("SBR took decision", ProcessCluster.Patience);
        cluster["node1"].Run.Signal("CONT");
        await cluster["node1"].Run.WaitForOutputAsync("node1 is out of its cluster; it begins anew", ProcessCluster.Patience);
        await Eventually.HoldsAsync(() => Count(cluster["node1"].Run.Output, "Rocket node1 ready") == 2);
        Assert.Equal(1, await cluster.SendAsync("node1", "Kept"));
        await cluster.WaitForRoutesAsync("node1", "broker-a", "broker-b");
    }

    [Fact]
    public async Task A_node_that_stops_in_order_ends_with_0_and_the_others_go_on()
    {
        await using var cluster = ProcessCluster.WithWitness();
        await cluster.StartAllAsync();
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(0, await cluster.StopAsync(node.Name));
            foreach (var other in cluster.Nodes.Where(other => other != node && other.Broker is not null))
            {
                await cluster.SendAsync(other.Name, "Kept");
            }

            cluster.Start(node.Name);
            await cluster.WaitUntilReadyAsync(node.Name);
        }
    }

    [Fact]
    public async Task Every_node_tells_the_same_members_of_a_group()
    {
        await using var cluster = ProcessCluster.WithWitness();
        await cluster.StartAllAsync();
        await cluster.SendAsync("node1", "Kept");
        await using var first = await cluster["node1"].ConnectAsync();
        await using var second = await cluster["node2"].ConnectAsync();
        await first.JoinAsync("readers", "one@1", "Kept");
        await second.JoinAsync("readers", "two@2", "Kept");
        foreach (var node in new[] { first, second })
        {
            await Eventually.HoldsAsync(async () => (await node.MembersAsync("readers")).SequenceEqual(["one@1", "two@2"]));
        }

        await second.DisposeAsync();
        await Eventually.HoldsAsync(async () => (await first.MembersAsync("readers")).SequenceEqual(["one@1"]));
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}

using System.Diagnostics;
using Rocket.TestClient.Calls;
using Xunit;
using Xunit.Abstractions;

namespace Rocket.Host.Tests.Replication;

/// <summary>A master that confirms alone may be far ahead of its copy. When it stops by a plan, its copy gets all of that before it leads.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class LaggingCopyTests(ITestOutputHelper output)
{
    private const int Count = 12;

    /// <summary>Together more than what is sent to a copy that acknowledges nothing.</summary>
    private const int Size = 3 << 20;

    [Fact]
    public async Task What_a_master_confirmed_alone_is_with_its_copy_before_that_one_leads()
    {
        await using var nodes = await StartAsync();
        var topic = await SendWithoutCopyAsync(nodes);
        var stopped = nodes.Nodes.StopAsync("node1");
        await nodes.Node1.Run.WaitForOutputAsync("Stopping node1", ReplicatedNodes.Patience);
        nodes.Node2.Run.Signal("CONT");
        Assert.Equal(0, await stopped);
        output.WriteLine($"node2 leads after {(await nodes.WaitForPlacementAsync(ReplicatedNodes.BrokerA, "node2", "node2")).TotalSeconds:F1} s");
        await AssertAllThereAsync(nodes.Node2, topic);
    }

    [Fact]
    public async Task A_copy_that_does_not_come_by_it_is_not_given_the_lead()
    {
        await using var nodes = await StartAsync();
        var topic = await SendWithoutCopyAsync(nodes);
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await nodes.Nodes.StopAsync("node1"));
        output.WriteLine($"node1 stopped after {watch.Elapsed.TotalSeconds:F1} s");
        Assert.Contains("is not handed over to node2, which still lacks messages", nodes.Node1.Run.Output, StringComparison.Ordinal);
        nodes.Node2.Run.Signal("CONT");
        nodes.Nodes.Start("node1");
        await nodes.MakeWholeAsync();
        await AssertAllThereAsync(nodes.Node1, topic);
    }

    private static async Task<ReplicatedNodes> StartAsync()
    {
        var nodes = new ReplicatedNodes(ProcessCluster.Replicated(
            "rocket.broker-defaults.broker-role = async-master", "rocket.broker-defaults.isr-lag-max = 60 s", "rocket.replication.dead-after = 60 s"));
        await nodes.MakeWholeAsync();
        return nodes;
    }

    /// <summary>All of it is confirmed, while node2, which holds the copy, stands still.</summary>
    private static async Task<string> SendWithoutCopyAsync(ReplicatedNodes nodes)
    {
        var topic = await nodes.CreateTopicAsync(ReplicatedNodes.BrokerA);
        await using var client = await ReplicatedNodes.ConnectAsync(nodes.Node1, ReplicatedNodes.BrokerA);
        await client.SendAsync(SendRequest.For(topic, new byte[Size], queueId: 0)).Succeeded();
        nodes.Node2.Run.Signal("STOP");
        for (var i = 1; i < Count; i++)
        {
            Assert.Equal(i, (await client.SendAsync(SendRequest.For(topic, new byte[Size], queueId: 0)).Succeeded()).QueueOffset);
        }

        return topic;
    }

    private static async Task AssertAllThereAsync(ClusterNode node, string topic)
    {
        await using var client = await ReplicatedNodes.ConnectAsync(node, ReplicatedNodes.BrokerA);
        Assert.Equal(Count, (await client.MaxOffsetAsync(topic, 0).Succeeded()).Offset);
        Assert.All(await client.ReadQueueAsync(topic), message => Assert.Equal(Size, message.Body.Length));
    }
}

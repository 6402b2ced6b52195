using System.Net;
using System.Net.Sockets;
using System.Text;
using Rocket.Host.Tests.Running;
using Xunit;

namespace Rocket.Host.Tests.Clustering;

/// <summary>Who comes to a started node's replication port and does not belong there.</summary>
[Collection(ClusteringCollection.Name)]
public sealed class ReplicationPortTests
{
    [Fact]
    public async Task Strangers_change_nothing_and_nodes_that_do_not_belong_are_told_why()
    {
        await using var cluster = ProcessCluster.WithWitness();
        await cluster.StartAllAsync();
        foreach (var greeting in new[] { "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000", "\u0000\u0000\u0000\u0005abcdefghijkl" })
        {
            await AssertClosedAsync(cluster["node1"].LinkPort, Encoding.Latin1.GetBytes(greeting));
        }

        await cluster["node1"].Run.WaitForOutputAsync("to the replication port refused", ProcessCluster.Patience);

        // A node of another cluster with a name that is free for the moment.
        await cluster["node3"].Run.KillAsync();
        var stranger = cluster["node3"];
        stranger.Start(stranger.Configuration("Cluster-B", "automatic", cluster.Nodes));
        await stranger.Run.WaitForOutputAsync("belongs to cluster Cluster-", ProcessCluster.Patience);
        await cluster["node1"].Run.WaitForOutputAsync("belongs to cluster Cluster-", ProcessCluster.Patience);
        await stranger.Run.KillAsync();

        // One that knows another failover.
        stranger.Start(stranger.Configuration("Cluster-A", "manual", cluster.Nodes));
        await stranger.Run.WaitForOutputAsync("rocket.failover is", ProcessCluster.Patience);
        await cluster["node2"].Run.WaitForOutputAsync("rocket.failover is", ProcessCluster.Patience);
        await stranger.Run.KillAsync();

        Assert.Equal(0, await cluster.SendAsync("node1", "Kept"));
        cluster.Start("node3");
        await cluster.WaitUntilReadyAsync("node3");
        Assert.Equal(1, await cluster.SendAsync("node1", "Kept"));
    }

    private static async Task AssertClosedAsync(int port, byte[] greeting)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(greeting);
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[100]).WaitAsync(ProcessCluster.Patience));
        }
        catch (SocketException)
        {
            // Reset: closed all the same.
        }
    }
}

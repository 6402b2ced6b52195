using System.Text;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Configuration;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>
/// RocketMQ's modes of a cluster, from the files of <c>hocon/</c>, when a node dies: what sends are answered, and where the messages are. The single master is every other test;
/// synchronous double write is what most tests of replication run.
/// </summary>
[Collection(ReplicationCollection.Name)]
public sealed class ClusterModesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, FileNode> _nodes = [];

    private FileNode Node1 => _nodes["node1"];

    private FileNode Node2 => _nodes["node2"];

    [Fact]
    public async Task Of_several_masters_without_slaves_a_dead_ones_messages_wait_for_it_and_the_others_go_on()
    {
        await StartAllAsync(new FileNode("2m-noslave-node1", ["broker-a"]), new FileNode("2m-noslave-node2", ["broker-b"]));
        await CreateTopicAsync();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal((ResponseCode.Success, i), await SendAsync(Node1, "broker-a", $"a{i}"));
            Assert.Equal((ResponseCode.Success, i), await SendAsync(Node2, "broker-b", $"b{i}"));
        }

        await WaitForRouteAsync("broker-a", "broker-b");
        await Node1.Run.KillAsync();
        await WaitForRouteAsync("broker-b");
        for (var i = 20; i < 100; i++)
        {
            Assert.Equal((ResponseCode.Success, i), await SendAsync(Node2, "broker-b", $"b{i}"));
        }

        Start("node1");
        await Node1.WaitUntilReadyAsync("node1");
        await Node1.WaitForBrokerAsync("broker-a", "node1", "node1", "led here");
        await WaitForRouteAsync("broker-a", "broker-b");
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"a{i}"), await ReadAsync(Node1, "broker-a"));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"b{i}"), await ReadAsync(Node2, "broker-b"));
        Assert.Equal((ResponseCode.Success, 20), await SendAsync(Node1, "broker-a", "a20"));
    }

    [Fact]
    public async Task With_asynchronous_replication_a_master_confirms_alone_and_its_slave_has_everything_once_it_is_back()
    {
        await StartAllAsync(new FileNode("2m-2s-async-node1", ["broker-a", "broker-b"]), new FileNode("2m-2s-async-node2", ["broker-a", "broker-b"]));
        await CreateTopicAsync();
        await Node1.WaitForBrokerAsync("broker-a", "node1", "node1, node2", "led here");
        await Node2.WaitForBrokerAsync("broker-b", "node2", "node1, node2", "led here");
        await Node2.Run.KillAsync();
        var sent = 0L;
        var isDegraded = Node1.WaitForBrokerAsync("broker-a", "node1", "node1, node2", "degraded: without node2");
        while (!isDegraded.IsCompleted)
        {
            Assert.Equal((ResponseCode.Success, sent), await SendAsync(Node1, "broker-a", $"a{sent}"));
            sent++;
        }

        await isDegraded;
        Assert.DoesNotContain("answered 11", Node1.Run.Output, StringComparison.Ordinal);
        Assert.Equal((ResponseCode.Success, sent), await SendAsync(Node1, "broker-a", $"a{sent}"));
        Assert.Equal(sent + 1, (await ReadAsync(Node1, "broker-a")).Count);

        Start("node2");
        await Node2.WaitUntilReadyAsync("node2"); // it may be in sync before it has joined the cluster
        await Node1.WaitForBrokerAsync("broker-a", "node1", "node1, node2", "led here");
        await Node1.Run.KillAsync();
        await Eventually.HoldsAsync(async () => (await Node2.CommandAsync("cluster down node1 --yes")).ExitCode == 0, ProcessCluster.Patience);
        await Node2.WaitForBrokerAsync("broker-a", "node2", "node2", "led here");
        Assert.Equal(sent + 1, (await ReadAsync(Node2, "broker-a")).Count);
        Assert.Equal((ResponseCode.Success, sent + 1), await SendAsync(Node2, "broker-a", "from the slave"));
    }

    public void Dispose()
    {
        foreach (var node in _nodes.Values)
        {
            node.Dispose();
        }

        _folder.Dispose();
    }

    private async Task StartAllAsync(params FileNode[] nodes)
    {
        foreach (var (index, node) in nodes.Index())
        {
            _nodes.Add($"node{index + 1}", node);
        }

        foreach (var name in _nodes.Keys)
        {
            Start(name);
        }

        foreach (var (name, node) in _nodes)
        {
            await node.WaitUntilReadyAsync(name);
        }
    }

    private void Start(string name) => _nodes[name].Start(
        [.. _nodes.Select(node => $"rocket.voters.{node.Key}=\"127.0.0.1:{node.Value.LinkPort}\""), $"rocket.data-dir=\"{Path.Combine(_folder.Path, name)}\""], _folder.Path);

    private async Task CreateTopicAsync()
    {
        foreach (var (node, broker) in new[] { (Node1, "broker-a"), (Node2, "broker-b") })
        {
            await using var client = await node.ConnectAsync(broker);
            await client.CreateTopicAsync(new CreateTopicRequest("Shared") { ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded();
        }
    }

    /// <summary>Waits until the name server of node2 sends producers to the masters of exactly these brokers.</summary>
    private async Task WaitForRouteAsync(params string[] brokers)
    {
        await using var names = await Rocket.TestClient.Connections.RemotingConnection.ConnectAsync("127.0.0.1", Node2.NameServerPort);
        await Eventually.HoldsAsync(async () =>
        {
            var answer = await names.RouteAsync("Shared");
            return answer.Code == ResponseCode.Success && new[] { "broker-a", "broker-b" }.Where(broker => answer.Route.MasterOf(broker) is not null).SequenceEqual(brokers);
        });
    }

    private static async Task<(int Code, long Offset)> SendAsync(FileNode node, string broker, string body)
    {
        await using var client = await node.ConnectAsync(broker);
        var answer = await client.SendAsync(SendRequest.For("Shared", Encoding.UTF8.GetBytes(body), queueId: 0));
        return (answer.Code, answer.IsSuccess ? answer.QueueOffset : -1);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(FileNode node, string broker)
    {
        await using var client = await node.ConnectAsync(broker);
        return [.. (await client.ReadQueueAsync("Shared")).Select(message => Encoding.UTF8.GetString(message.Body.Span))];
    }
}

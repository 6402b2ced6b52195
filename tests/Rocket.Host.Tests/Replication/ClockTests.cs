using Microsoft.Extensions.Logging.Abstractions;
using Rocket.Actors.Storage;
using Rocket.Host.Configuration;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestClient.Json;
using Rocket.TestClient.Messages;
using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>Three nodes in this process, whose clocks differ by an hour each.</summary>
[Collection(ReplicationCollection.Name)]
public sealed class ClockTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-clocks-");
    private readonly Dictionary<string, RunningHost> _running = [];
    private IReadOnlyList<ClusterNode> _nodes = [];

    private ClusterNode Node1 => _nodes[0];

    private ClusterNode Node2 => _nodes[1];

    public async Task InitializeAsync()
    {
        _nodes = [new("node1", "broker-a", ["broker-b"], _folder, NodePlace.Here), new("node2", "broker-b", ["broker-a"], _folder, NodePlace.Here), new("node3", null, [], _folder, NodePlace.Here)];
        Start(Node1, Hour);
        Start(Node2, TimeSpan.Zero);
        Start(_nodes[2], -Hour);
        await WaitUntilLedAsync("broker-a", Node1, "node1, node2");
        await WaitUntilLedAsync("broker-b", Node2, "node1, node2");
    }

    public async Task DisposeAsync()
    {
        foreach (var running in _running.Values)
        {
            await running.StopAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Clocks_that_differ_change_no_master_and_a_new_master_whose_clock_is_behind_goes_on_in_the_order_of_time()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var (topic, epoch) = (UniqueNames.Topic(), await EpochAsync("broker-a", Node1));
        List<StoredMessage> first;
        await using (var client = await ReplicatedCluster.ConnectAsync(Node1, "broker-a"))
        {
            await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = 1, WriteQueueNums = 1 }).Succeeded();
            Assert.Equal([0], await LockAsync(client, "one@1", topic));
            await SendAsync(client, topic, 200);
            first = [.. await client.ReadQueueAsync(topic)];
            Assert.Empty(await LockAsync(client, "two@2", topic));
        }

        Assert.All(first, message => Assert.InRange(message.StoreTimestamp, before + Milliseconds(Hour), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + Milliseconds(Hour)));
        Assert.Equal(epoch, await EpochAsync("broker-a", Node1));

        await _running["node1"].StopAsync();
        _running.Remove("node1");
        await WaitUntilLedAsync("broker-a", Node2, "node2");
        await using var other = await ReplicatedCluster.ConnectAsync(Node2, "broker-a");
        await SendAsync(other, topic, 50);
        var all = await other.ReadQueueAsync(topic);
        Assert.Equal(250, all.Count);
        Assert.Equal(first.Select(message => message.OffsetMessageId), all.Take(200).Select(message => message.OffsetMessageId));
        Assert.True(all.Zip(all.Skip(1)).All(pair => pair.First.StoreTimestamp <= pair.Second.StoreTimestamp), "store timestamps go back");
        foreach (var message in all.Where((_, index) => index % 25 == 0))
        {
            var found = (await other.SearchOffsetAsync(topic, 0, message.StoreTimestamp).Succeeded()).Offset;
            Assert.Equal(all.First(stored => stored.StoreTimestamp >= message.StoreTimestamp).QueueOffset, found);
        }

        Assert.Equal(0, (await other.SearchOffsetAsync(topic, 0, before).Succeeded()).Offset);
        Assert.Equal(249, (await other.SearchOffsetAsync(topic, 0, all[^1].StoreTimestamp + 1).Succeeded()).Offset); // as RocketMQ: the last one, when all are older
        Assert.Empty(await LockAsync(other, "two@2", topic));
        Assert.Equal([0], await LockAsync(other, "one@1", topic));
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static async Task SendAsync(RemotingConnection client, string topic, int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(ResponseCode.Success, (await client.SendAsync(SendRequest.For(topic, "body"u8.ToArray(), queueId: 0))).Code);
        }
    }

    private static async Task<IReadOnlyList<int>> LockAsync(RemotingConnection client, string clientId, string topic) =>
        [.. (await client.LockAsync(new LockBatch("locking", clientId, [new MessageQueue(topic, "broker-a", 0)])).Succeeded()).Locked.Select(queue => queue.QueueId)];

    private static async Task<string?> EpochAsync(string broker, ClusterNode node) => (await RowAsync(broker, node))?["epoch"].GetString();

    private static async Task WaitUntilLedAsync(string broker, ClusterNode node, string inSync) => await Eventually.HoldsAsync(
        async () => await RowAsync(broker, node) is { } row && row["state"].GetString() == "led here" && row["in-sync"].GetString() == inSync, ReplicatedCluster.Patience);

    private static async Task<IReadOnlyDictionary<string, System.Text.Json.JsonElement>?> RowAsync(string broker, ClusterNode node)
    {
        var run = await CommandRun.OfAsync($"rocket brokers --json --node 127.0.0.1:{node.OperatorPort}");
        return run.ExitCode == 0 ? run.Rows().FirstOrDefault(row => row["broker"].GetString() == broker) : null;
    }

    private void Start(ClusterNode node, TimeSpan shift)
    {
        var file = Path.Combine(_folder.FullName, node.Name + ".hocon");
        File.WriteAllText(file, node.Configuration("Cluster-A", "automatic", _nodes, "rocket.broker-defaults.broker-role = sync-master"));
        var (configuration, errors) = NodeConfiguration.Load(file, []);
        Assert.Empty(errors);
        var time = new ShiftedTime();
        time.Advance(shift);
        var files = new FileDirectory(configuration!.Node.DataDir, configuration.Node.Limits.MaxOpenFiles);
        var stop = new CancellationTokenSource();
        _running.Add(node.Name, new RunningHost(RocketHost.RunAsync(configuration, files, time, NullLoggerFactory.Instance, stop.Token), stop));
    }

    private sealed record RunningHost(Task Task, CancellationTokenSource Stop)
    {
        public async Task StopAsync()
        {
            await Stop.CancelAsync();
            await Task.WaitAsync(ReplicatedCluster.Patience);
            Stop.Dispose();
        }
    }
}

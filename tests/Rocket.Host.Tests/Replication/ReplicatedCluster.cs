using System.Diagnostics;
using Rocket.Host.Tests.Clustering;
using Rocket.Host.Tests.Commands;
using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Replication;

/// <summary>node1 leads broker-a and node2 broker-b, each holds a copy of the other's; node3 only votes. Sends are confirmed once both have them.</summary>
public sealed class ReplicatedCluster : IAsyncLifetime
{
    public const string BrokerA = "broker-a";
    public const string BrokerB = "broker-b";

    /// <summary>Longest time for a change of master or a catch-up on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public ReplicatedCluster()
        : this(ProcessCluster.Replicated())
    {
    }

    /// <summary>With nodes at places of their own.</summary>
    internal ReplicatedCluster(ProcessCluster nodes) => Nodes = nodes;

    public ProcessCluster Nodes { get; }

    public ClusterNode Node1 => Nodes["node1"];

    public ClusterNode Node2 => Nodes["node2"];

    public ClusterNode Witness => Nodes["node3"];

    public Task InitializeAsync() => MakeWholeAsync();

    public async Task DisposeAsync() => await Nodes.DisposeAsync();

    /// <summary>Starts what does not run, and waits until every broker is led by its own node, with both in sync, and every node tells so.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> MakeWholeAsync()
    {
        var watch = Stopwatch.StartNew();
        await Nodes.StartAllAsync();
        await WaitForPlacementAsync(BrokerA, "node1", "node1", "node2");
        await WaitForPlacementAsync(BrokerB, "node2", "node1", "node2");
        foreach (var node in Nodes.Nodes)
        {
            await WaitForAddressesAsync(node, BrokerA, Node1.AddressOf(BrokerA), Node2.AddressOf(BrokerA));
            await WaitForAddressesAsync(node, BrokerB, Node2.AddressOf(BrokerB), Node1.AddressOf(BrokerB));
        }

        return watch.Elapsed;
    }

    /// <summary>Waits until a broker is led by a node, which says so itself, with exactly these in sync.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> WaitForPlacementAsync(string broker, string master, params string[] inSync)
    {
        var watch = Stopwatch.StartNew();
        var last = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                var (leads, set, state) = await PlacementAsync(Nodes[master], broker);
                last = $"{broker} is led by {leads}, in sync [{set}], {state} at {master}";
                return leads == master && set == string.Join(", ", inSync) && state == "led here";
            },
            Patience,
            () => $"{last}\n{Nodes[master].Run.Output}");
        return watch.Elapsed;
    }

    /// <summary>Waits until a node's name server tells exactly these addresses of a broker, the master's first; null: no master.</summary>
    public static async Task WaitForAddressesAsync(ClusterNode node, string broker, params string?[] addresses)
    {
        await using var client = await node.ConnectToNameServerAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                var info = (await client.ClusterInfoAsync().Succeeded()).Cluster;
                var told = info.Brokers.GetValueOrDefault(broker)?.Addresses;
                return told is not null && addresses.Index().All(address => told.GetValueOrDefault(address.Index) == address.Item);
            },
            Patience,
            () => node.Run.Output);
    }

    /// <summary>Creates a topic with a new name on a broker and waits until every node tells its route.</summary>
    public async Task<string> CreateTopicAsync(string broker, int queues = 4)
    {
        var topic = UniqueNames.Topic();
        await using var client = await ConnectAsync(Nodes.Nodes.Single(node => node.Broker == broker), broker);
        await client.CreateTopicAsync(new CreateTopicRequest(topic) { ReadQueueNums = queues, WriteQueueNums = queues }).Succeeded();
        foreach (var node in Nodes.Nodes)
        {
            await using var names = await node.ConnectToNameServerAsync();
            await Eventually.HoldsAsync(async () => (await names.RouteAsync(topic)).Code == ResponseCode.Success);
        }

        return topic;
    }

    /// <summary>A connection to the port where a node serves a broker.</summary>
    public static Task<RemotingConnection> ConnectAsync(ClusterNode node, string broker) =>
        RemotingConnection.ConnectAsync(node.AddressOf(broker), new RemotingConnectionOptions { NewSocket = node.Place.NewSocket });

    /// <summary>Compares what a node has with what was sent; see <see cref="SendLedger.CheckAsync"/>.</summary>
    /// <returns>A line about it.</returns>
    internal static async Task<string> CheckAsync(SendLedger ledger, string broker, ClusterNode node)
    {
        await using var client = await ConnectAsync(node, broker);
        var stored = await ledger.CheckAsync(client);
        return $"{broker} at {node.Name}: {ledger.Confirmed} confirmed, all there among {stored}";
    }

    private static async Task<(string? Master, string? InSync, string? State)> PlacementAsync(ClusterNode node, string broker)
    {
        var run = await OperatorCall.AskAsync(node, "rocket", "brokers");
        if (run.ExitCode != 0 || run.Rows().FirstOrDefault(row => row["broker"].GetString() == broker) is not { } found)
        {
            return (null, null, run.Error);
        }

        return (found["master"].GetString(), found["in-sync"].GetString(), found["state"].GetString());
    }
}

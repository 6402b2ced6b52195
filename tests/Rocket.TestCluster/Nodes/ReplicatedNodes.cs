using System.Diagnostics;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;

namespace Rocket.TestCluster.Nodes;

/// <summary>node1 leads broker-a and node2 broker-b, each holds a copy of the other's; node3 only votes. Sends are confirmed once both have them.</summary>
public class ReplicatedNodes : IAsyncDisposable
{
    public const string BrokerA = "broker-a";
    public const string BrokerB = "broker-b";

    /// <summary>Longest time for a change of master or a catch-up on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How often the nodes are asked: it costs them little.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    public ReplicatedNodes()
        : this(ProcessCluster.Replicated())
    {
    }

    /// <summary>With nodes at places of their own.</summary>
    public ReplicatedNodes(ProcessCluster nodes) => Nodes = nodes;

    public ProcessCluster Nodes { get; }

    public ClusterNode Node1 => Nodes["node1"];

    public ClusterNode Node2 => Nodes["node2"];

    public ClusterNode Witness => Nodes["node3"];

    /// <summary>Starts what does not run, and waits until every broker is led by its own node, with both in sync, and every node tells so.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> MakeWholeAsync(TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();
        await Nodes.StartAllAsync();
        foreach (var (broker, master, copy) in new[] { (BrokerA, Node1, Node2), (BrokerB, Node2, Node1) })
        {
            await WaitForPlacementAsync(broker, master.Name, patience ?? Patience, "node1", "node2");
            foreach (var node in Nodes.Nodes)
            {
                await WaitForAddressesAsync(node, broker, master.AddressOf(broker), copy.AddressOf(broker));
            }
        }

        return watch.Elapsed;
    }

    /// <summary>Waits until a broker is led by a node, which says so itself, with exactly these in sync.</summary>
    /// <returns>How long it took.</returns>
    public Task<TimeSpan> WaitForPlacementAsync(string broker, string master, params string[] inSync) => WaitForPlacementAsync(broker, master, Patience, inSync);

    /// <inheritdoc cref="WaitForPlacementAsync(string,string,string[])" />
    public async Task<TimeSpan> WaitForPlacementAsync(string broker, string master, TimeSpan patience, params string[] inSync)
    {
        var watch = Stopwatch.StartNew();
        var last = new PlacementSeen(null, null, null, null);
        await Eventually.HoldsAsync(
            async () =>
            {
                last = await OperatorPort.PlacementAsync(Nodes[master], broker);
                return last.Master == master && last.IsLedHereWith(inSync);
            },
            patience,
            () => $"{broker}, led by {master} with [{string.Join(", ", inSync)}] in sync; {master} says {last}\n{Nodes[master].Run.Output}",
            Interval);
        return watch.Elapsed;
    }

    /// <summary>Waits until a node's name server tells exactly these addresses of a broker, the master's first; null: no master.</summary>
    public static async Task WaitForAddressesAsync(ClusterNode node, string broker, params string?[] addresses)
    {
        IReadOnlyDictionary<long, string>? told = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                told = await AddressesAsync(node, broker);
                return told is not null && addresses.Index().All(address => told.GetValueOrDefault(address.Index) == address.Item);
            },
            Patience,
            () => $"{broker} at {string.Join(", ", addresses)}; {node.Name} tells {(told is null ? "none" : string.Join(", ", told))}\n{node.Run.Output}",
            Interval);
    }

    /// <summary>What a node tells of a broker; null: nothing, or it is not there, or begins anew just now.</summary>
    private static async Task<IReadOnlyDictionary<long, string>?> AddressesAsync(ClusterNode node, string broker)
    {
        try
        {
            await using var client = await node.ConnectToNameServerAsync();
            return (await client.ClusterInfoAsync().Succeeded()).Cluster.Brokers.GetValueOrDefault(broker)?.Addresses;
        }
        catch (Exception gone) when (gone is RemotingConnectException or RemotingConnectionClosedException or RemotingTimeoutException)
        {
            return null;
        }
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

    public async ValueTask DisposeAsync()
    {
        await Nodes.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

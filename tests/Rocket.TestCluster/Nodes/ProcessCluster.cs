using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Rocket.TestCluster.Running;

namespace Rocket.TestCluster.Nodes;

/// <summary>Nodes of one cluster, each a process of its own, on this machine with free ports; killed and their folders deleted at the end.</summary>
public sealed class ProcessCluster : IAsyncDisposable
{
    /// <summary>Longest time for a node to get ready on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-cluster-");
    private readonly string _failover;

    private readonly string[] _settings;

    private ProcessCluster(
        string failover,
        IReadOnlyList<(string Name, string? Broker, string[] Copies)> nodes,
        IReadOnlyDictionary<string, NodePlace>? places = null,
        params string[] settings)
    {
        _failover = failover;
        _settings = settings;
        Nodes = [.. nodes.Select(node => new ClusterNode(node.Name, node.Broker, node.Copies, _folder, places?[node.Name] ?? NodePlace.Here))];
    }

    public IReadOnlyList<ClusterNode> Nodes { get; }

    /// <summary>Holds configurations, logs and data folders of all nodes; deleted at the end unless <see cref="KeepsFolder"/>.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Whether what the nodes wrote is left there for a person.</summary>
    public bool KeepsFolder { get; set; }

    public ClusterNode this[string name] => Nodes.Single(node => node.Name == name);

    /// <summary>Two nodes with a broker each and a witness, of which a majority decides who is gone. None is started.</summary>
    public static ProcessCluster WithWitness() => new("automatic", [("node1", "broker-a", []), ("node2", "broker-b", []), ("node3", null, [])]);

    /// <summary>Two nodes with a broker each. None is started.</summary>
    public static ProcessCluster OfTwo() => new("manual", [("node1", "broker-a", []), ("node2", "broker-b", [])]);

    /// <summary>Two nodes that lead a broker each and hold a copy of the other's, and a witness. Sends are confirmed once both nodes have them. None is started.</summary>
    public static ProcessCluster Replicated(params string[] settings) => ReplicatedAt(null, settings);

    /// <summary>The same, each node at a place of its own.</summary>
    public static ProcessCluster ReplicatedAt(IReadOnlyDictionary<string, NodePlace>? places, params string[] settings) =>
        new(
            "automatic",
            [("node1", "broker-a", ["broker-b"]), ("node2", "broker-b", ["broker-a"]), ("node3", null, [])],
            places,
            ["rocket.broker-defaults.broker-role = sync-master", .. settings]);

    /// <summary>Two nodes that lead a broker each and hold a copy of the other's; a person decides who is gone. Each at a place of its own. None is started.</summary>
    public static ProcessCluster PairAt(IReadOnlyDictionary<string, NodePlace> places) =>
        new("manual", [("node1", "broker-a", ["broker-b"]), ("node2", "broker-b", ["broker-a"])], places, ["rocket.broker-defaults.broker-role = sync-master"]);

    public void Start(string name, params IEnumerable<string> more) => this[name].Start(this[name].Configuration("Cluster-A", _failover, Nodes, [.. _settings, .. more]));

    /// <summary>Starts those that do not run and waits until all are ready.</summary>
    public async Task StartAllAsync()
    {
        var started = Nodes.Where(node => !node.IsRunning).ToList();
        started.ForEach(node => Start(node.Name));
        foreach (var node in started)
        {
            await WaitUntilReadyAsync(node.Name);
        }
    }

    public Task WaitUntilReadyAsync(string name) => this[name].Run.WaitForOutputAsync($"Rocket {name} ready", Patience);

    public async Task<int> StopAsync(string name)
    {
        this[name].Run.Terminate();
        return await this[name].Run.WaitForExitAsync(Patience);
    }

    /// <summary>Waits until a node's name server tells exactly these brokers.</summary>
    public async Task WaitForRoutesAsync(string name, params string[] brokers)
    {
        await using var client = await this[name].ConnectToNameServerAsync();
        await Eventually.HoldsAsync(async () =>
            (await client.ClusterInfoAsync().Succeeded()).Cluster.Brokers.Keys.Order(StringComparer.Ordinal).SequenceEqual(brokers, StringComparer.Ordinal));
    }

    /// <summary>Waits until a node's name server tells that exactly these brokers have a topic.</summary>
    public async Task WaitForTopicAsync(string name, string topic, params string[] brokers)
    {
        await using var client = await this[name].ConnectToNameServerAsync();
        await Eventually.HoldsAsync(async () =>
        {
            var answer = await client.RouteAsync(topic);
            return answer.Code == ResponseCode.Success
                && answer.Route.Queues.Select(queue => queue.BrokerName).Order(StringComparer.Ordinal).SequenceEqual(brokers, StringComparer.Ordinal);
        });
    }

    /// <summary>Sends one message to a node's own broker and returns its offset.</summary>
    public async Task<long> SendAsync(string name, string topic)
    {
        await using var client = await this[name].ConnectAsync();
        return (await client.SendAsync(SendRequest.For(topic, "body"u8.ToArray())).Succeeded()).QueueOffset;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            if (node.IsRunning)
            {
                await node.Run.KillAsync();
            }

            node.Dispose();
        }

        if (!KeepsFolder)
        {
            _folder.Delete(recursive: true);
        }
    }
}

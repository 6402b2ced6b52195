using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;
using Xunit;

namespace Rocket.Host.Tests.NetworkCuts;

/// <summary>
/// The nodes of a <see cref="ReplicatedNodes"/>, each on a machine of its own as far as the network goes, and two machines for clients. Without the right to make networks a test is skipped with the
/// reason; with <c>ROCKET_REQUIRE_NETNS=1</c> it fails.
/// </summary>
public sealed class CutCluster : IAsyncLifetime, IDisposable
{
    private const string RequiredVariable = "ROCKET_REQUIRE_NETNS";

    private static readonly string[] NodeNames = ["node1", "node2", "node3"];

    private SeparateNetwork? _network;
    private ReplicatedNodes? _cluster;
    private string? _reason;

    /// <summary>The machine of clients that stay with the majority.</summary>
    internal const string Clients = "clients";

    /// <summary>The machine of clients that are beside node1, and are cut off with it.</summary>
    internal const string Neighbours = "neighbours";

    internal SeparateNetwork Network => _network!;

    /// <summary>Where the nodes are.</summary>
    public IReadOnlyDictionary<string, NodePlace> Places { get; private set; } = new Dictionary<string, NodePlace>();

    public ReplicatedNodes Cluster => _cluster!;

    /// <summary>To be called first in each test: all nodes up and in sync, every broker led by its own node, nothing cut.</summary>
    public async Task DemandAsync()
    {
        DemandNetwork();
        await Cluster.MakeWholeAsync();
    }

    /// <summary>To be called first by a test that has a cluster of its own: nothing is cut.</summary>
    public void DemandNetwork()
    {
        Assert.False(_reason is not null && Environment.GetEnvironmentVariable(RequiredVariable) == "1", $"{RequiredVariable}=1, but {_reason}");
        Skip.If(_reason is not null, _reason);
        Network.Heal();
    }

    public Task InitializeAsync()
    {
        try
        {
            _network = new SeparateNetwork([.. NodeNames, Clients, Neighbours]);
            using var socket = _network[Clients].NewSocket();
        }
        catch (InvalidOperationException refused)
        {
            _reason = $"networks of its own cannot be made here: {refused.Message}";
            return Task.CompletedTask;
        }

        Places = NodeNames.ToDictionary(name => name, name => new NodePlace(_network.AddressOf(name), _network[name].Runner, _network[name].NewSocket), StringComparer.Ordinal);
        _cluster = new ReplicatedNodes(ProcessCluster.ReplicatedAt(Places));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>After the nodes have ended.</summary>
    public void Dispose() => _network?.Dispose();
}

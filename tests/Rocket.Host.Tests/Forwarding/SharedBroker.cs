using Rocket.Host.Tests.Running;
using Rocket.TestClient.Calls;
using Rocket.TestClient.Codes;
using Rocket.TestClient.Connections;
using Xunit;

namespace Rocket.Host.Tests.Forwarding;

/// <summary>Two nodes that both hold one broker: one of them leads it, clients come to both.</summary>
public sealed class SharedBroker : IAsyncLifetime
{
    public const string Name = "broker-a";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rocket-shared-");
    private readonly SharedBrokerNode[] _nodes;

    public SharedBroker() => _nodes = [new SharedBrokerNode("node1", _folder), new SharedBrokerNode("node2", _folder)];

    /// <summary>The node that leads the broker.</summary>
    internal SharedBrokerNode Leader { get; private set; } = null!;

    /// <summary>The other one.</summary>
    internal SharedBrokerNode Follower { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        foreach (var node in _nodes)
        {
            node.Start(_nodes);
        }

        // Whoever was there first may lead before the preferred master does; tests begin behind that.
        (Leader, Follower) = (_nodes[0], _nodes[1]);
        foreach (var node in _nodes)
        {
            await using var client = await ConnectWhenListeningAsync(node);
            await Eventually.HoldsAsync(
                async () =>
                {
                    var answer = await client.ClusterInfoAsync(StartPatience).Succeeded();
                    var addresses = answer.Cluster.Brokers.GetValueOrDefault(Name)?.Addresses;
                    return addresses?.GetValueOrDefault(0) == Leader.BrokerAddress && addresses.GetValueOrDefault(1) == Follower.BrokerAddress;
                },
                StartPatience);
        }
    }

    /// <summary>Starts a node that was stopped.</summary>
    internal void StartAgain(SharedBrokerNode node) => node.Start(_nodes);

    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>Waits until a node's name server tells exactly these addresses of the broker.</summary>
    internal static async Task WaitForAddressesAsync(SharedBrokerNode node, params (long Id, string Address)[] expected)
    {
        await using var client = await node.ConnectToNameServerAsync();
        await Eventually.HoldsAsync(async () =>
        {
            var info = (await client.ClusterInfoAsync().Succeeded()).Cluster;
            return info.Brokers.TryGetValue(Name, out var broker)
                && broker.Addresses.OrderBy(copy => copy.Key).Select(copy => (copy.Key, copy.Value)).SequenceEqual(expected);
        });
    }

    /// <summary>Waits until a node's name server tells the route of a topic.</summary>
    internal static async Task WaitForTopicAsync(SharedBrokerNode node, string topic)
    {
        await using var client = await node.ConnectToNameServerAsync();
        await Eventually.HoldsAsync(async () => (await client.RouteAsync(topic)).Code == ResponseCode.Success);
    }

    private static async Task<RemotingConnection> ConnectWhenListeningAsync(SharedBrokerNode node)
    {
        RemotingConnection? client = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    client = await node.ConnectToNameServerAsync();
                    return true;
                }
                catch (RemotingConnectException)
                {
                    return false;
                }
            },
            StartPatience);
        return client!;
    }
}

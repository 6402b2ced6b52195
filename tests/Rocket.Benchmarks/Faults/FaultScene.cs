using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using Rocket.TestCluster.Traffic;

namespace Rocket.Benchmarks.Faults;

/// <summary>The three nodes and what is sent to them, as all faults share them.</summary>
internal sealed class FaultScene(ReplicatedNodes nodes, BrokerTraffic a, BrokerTraffic b)
{
    /// <summary>Whatever takes longer fails the run.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>So many confirmed sends on each broker show that it is served.</summary>
    private const int EnoughConfirmed = 50;

    public ReplicatedNodes Nodes => nodes;

    public IReadOnlyList<string> Brokers { get; } = [a.Broker, b.Broker];

    public IReadOnlyList<BrokerTraffic> Traffic { get; } = [a, b];

    /// <summary>The node that leads a broker while all is whole.</summary>
    public ClusterNode OwnerOf(string broker) => nodes.Nodes.Nodes.Single(node => node.Broker == broker);

    /// <summary>The other node with data.</summary>
    public ClusterNode OtherThan(ClusterNode node) => node == nodes.Node1 ? nodes.Node2 : nodes.Node1;

    public BrokerTraffic TrafficOf(string broker) => a.Broker == broker ? a : b;

    /// <summary>Waits for more confirmed sends on every broker.</summary>
    public Task WaitUntilServedAsync() => Task.WhenAll(Traffic.Select(traffic => traffic.Producers.WaitForMoreAsync(EnoughConfirmed, Patience)));

    /// <summary>Starts what does not run and waits until nothing is missing, as <see cref="ReplicatedNodes.MakeWholeAsync"/>.</summary>
    public async Task MakeWholeAsync()
    {
        await nodes.MakeWholeAsync(Patience).ConfigureAwait(false);
        await WaitUntilServedAsync().ConfigureAwait(false);
    }

    /// <summary>As an operator does it: asks the node that leads until it agrees, since it may refuse while somebody is still coming back.</summary>
    public static async Task HandOverAsync(string broker, ClusterNode from, ClusterNode to)
    {
        OperatorAnswer? answer = null;
        await Eventually.HoldsAsync(
            async () => (answer = await OperatorPort.AskAsync(
                from,
                "rocket/hand-over",
                new Dictionary<string, object> { ["broker"] = broker, ["node"] = to.Name }).ConfigureAwait(false)).IsDone,
            Patience,
            () => $"{broker} is not handed over from {from.Name} to {to.Name}: {answer?.Text}",
            Interval).ConfigureAwait(false);
    }
}

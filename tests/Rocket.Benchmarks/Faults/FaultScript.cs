using System.Diagnostics;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;

namespace Rocket.Benchmarks.Faults;

/// <summary>
/// How one kind of fault is done. It begins and ends with a whole cluster: each broker led by its own node, both in sync. What producers meet is measured from the fault until it is
/// served again, and from there until all is whole; not while the fault is prepared.
/// </summary>
internal abstract class FaultScript(FaultScene scene, Fault fault)
{
    protected Fault Fault => fault;

    protected FaultScene Scene => scene;

    protected ReplicatedNodes Nodes => scene.Nodes;

    /// <summary>The node that leads the fault's broker while all is whole.</summary>
    protected ClusterNode Master => scene.OwnerOf(fault.Broker);

    /// <summary>The node that has its copy.</summary>
    protected ClusterNode Copy => scene.OtherThan(Master);

    /// <summary>Times of its own that a kind has, by what they are.</summary>
    public Dictionary<string, TimeSpan> Times { get; } = [];

    /// <summary>Not measured: what has to be done before.</summary>
    public virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>The fault, until both brokers are served as well as they can be.</summary>
    public abstract Task StrikeAsync();

    /// <summary>Until nothing is missing any more.</summary>
    public virtual async Task ReturnAsync() => await scene.MakeWholeAsync().ConfigureAwait(false);

    /// <summary>Not measured: until each broker is led by its own node.</summary>
    public virtual Task RestoreAsync() => Task.CompletedTask;

    /// <summary>Notes how long something takes.</summary>
    protected async Task TimeAsync(string what, Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act().ConfigureAwait(false);
        Times[what] = watch.Elapsed;
    }

    /// <summary>Waits until one node leads both brokers alone, and both take sends.</summary>
    protected async Task WaitUntilAloneAsync(ClusterNode node)
    {
        foreach (var broker in scene.Brokers)
        {
            await Nodes.WaitForPlacementAsync(broker, node.Name, FaultScene.Patience, node.Name).ConfigureAwait(false);
        }

        await scene.WaitUntilServedAsync().ConfigureAwait(false);
    }

    /// <summary>Moves the broker of a node away from it, so that it leads nothing.</summary>
    protected async Task MakeSlaveAsync(ClusterNode node)
    {
        var (broker, master) = (node.Broker!, scene.OtherThan(node));
        await FaultScene.HandOverAsync(broker, node, master).ConfigureAwait(false);
        await Nodes.WaitForPlacementAsync(broker, master.Name, FaultScene.Patience, "node1", "node2").ConfigureAwait(false);
    }

    /// <summary>Gives a node its broker back.</summary>
    protected async Task MakeMasterAsync(ClusterNode node)
    {
        await FaultScene.HandOverAsync(node.Broker!, scene.OtherThan(node), node).ConfigureAwait(false);
        await scene.MakeWholeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until both nodes are in sync for both brokers, as one of them knows it.</summary>
    protected async Task WaitUntilInSyncAsync(ClusterNode asked)
    {
        foreach (var broker in scene.Brokers)
        {
            await Eventually.HoldsAsync(
                async () => (await OperatorPort.PlacementAsync(asked, broker).ConfigureAwait(false)).InSync == "node1, node2",
                FaultScene.Patience,
                () => $"{asked.Name} does not say that both are in sync for {broker}").ConfigureAwait(false);
        }
    }

    /// <summary>Waits until both nodes are in sync for both brokers, all of them led by one.</summary>
    protected async Task WaitUntilBothFollowAsync(ClusterNode master)
    {
        foreach (var broker in scene.Brokers)
        {
            await Nodes.WaitForPlacementAsync(broker, master.Name, FaultScene.Patience, "node1", "node2").ConfigureAwait(false);
        }
    }
}

using Rocket.TestCluster.Nodes;

namespace Rocket.Benchmarks.Faults;

/// <summary>
/// Two faults that overlap: one node is killed, and while it comes back another one. Each time the two that are left are a majority, and one of them is in sync.
/// </summary>
internal sealed class KillWhileReturningScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    public override Task StrikeAsync() => Fault.Choose(WitnessDiesAsync, WitnessReturnsAsync, SurvivorDiesAsync, CopyReturnsAsync)();

    /// <summary>The master is back, not yet in sync perhaps, when the witness dies: the copy goes on leading.</summary>
    private async Task WitnessDiesAsync()
    {
        await Master.Run.KillAsync().ConfigureAwait(false);
        await WaitUntilAloneAsync(Copy).ConfigureAwait(false);
        await StartAsync(Master).ConfigureAwait(false);
        await Nodes.Witness.Run.KillAsync().ConfigureAwait(false);
        await Scene.WaitUntilServedAsync().ConfigureAwait(false);
    }

    /// <summary>The witness is back when the master dies: with its vote the copy takes over.</summary>
    private async Task WitnessReturnsAsync()
    {
        await Nodes.Witness.Run.KillAsync().ConfigureAwait(false);
        await Scene.WaitUntilServedAsync().ConfigureAwait(false);
        await StartAsync(Nodes.Witness).ConfigureAwait(false);
        await Master.Run.KillAsync().ConfigureAwait(false);
        await TimeAsync("second takeover", () => WaitUntilAloneAsync(Copy)).ConfigureAwait(false);
    }

    /// <summary>The master is in sync again when the one that took over dies.</summary>
    private async Task SurvivorDiesAsync()
    {
        await Master.Run.KillAsync().ConfigureAwait(false);
        await WaitUntilAloneAsync(Copy).ConfigureAwait(false);
        Nodes.Nodes.Start(Master.Name);
        await WaitUntilInSyncAsync(Copy).ConfigureAwait(false);
        await Task.Delay(Fault.UpTo(LongestPause)).ConfigureAwait(false);
        await Copy.Run.KillAsync().ConfigureAwait(false);
        await TimeAsync("second takeover", () => WaitUntilAloneAsync(Master)).ConfigureAwait(false);
    }

    /// <summary>The copy is in sync again, hardly a second after it died, when its master dies.</summary>
    private async Task CopyReturnsAsync()
    {
        await Copy.Run.KillAsync().ConfigureAwait(false);
        await Nodes.WaitForPlacementAsync(Fault.Broker, Master.Name, FaultScene.Patience, Master.Name).ConfigureAwait(false);
        Nodes.Nodes.Start(Copy.Name);
        await Nodes.WaitForPlacementAsync(Fault.Broker, Master.Name, FaultScene.Patience, "node1", "node2").ConfigureAwait(false);
        await Task.Delay(Fault.UpTo(LongestPause)).ConfigureAwait(false);
        await Master.Run.KillAsync().ConfigureAwait(false);
        await TimeAsync("second takeover", () => WaitUntilAloneAsync(Copy)).ConfigureAwait(false);
    }

    private async Task StartAsync(ClusterNode node)
    {
        Nodes.Nodes.Start(node.Name);
        await Nodes.Nodes.WaitUntilReadyAsync(node.Name).ConfigureAwait(false);
        await Task.Delay(Fault.UpTo(LongestPause)).ConfigureAwait(false);
    }
}

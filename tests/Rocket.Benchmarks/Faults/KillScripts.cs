using Rocket.TestCluster.Nodes;

namespace Rocket.Benchmarks.Faults;

/// <summary>kill -9 of the node that leads a broker: the other one takes it over.</summary>
internal sealed class KillMasterScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(3);

    public override async Task StrikeAsync()
    {
        await Master.Run.KillAsync().ConfigureAwait(false);
        await TimeAsync("takeover", () => Nodes.WaitForPlacementAsync(Fault.Broker, Copy.Name, FaultScene.Patience, Copy.Name)).ConfigureAwait(false);
        await WaitUntilAloneAsync(Copy).ConfigureAwait(false);
        await Task.Delay(Fault.UpTo(LongestAbsence)).ConfigureAwait(false);
    }
}

/// <summary>kill -9 of a node that only has copies.</summary>
internal sealed class KillSlaveScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    public override Task PrepareAsync() => MakeSlaveAsync(Copy);

    public override async Task StrikeAsync()
    {
        await Copy.Run.KillAsync().ConfigureAwait(false);
        await TimeAsync("out of the set", () => WaitUntilAloneAsync(Master)).ConfigureAwait(false);
    }

    public override async Task ReturnAsync()
    {
        await Nodes.Nodes.StartAllAsync().ConfigureAwait(false);
        await WaitUntilBothFollowAsync(Master).ConfigureAwait(false);
        await Scene.WaitUntilServedAsync().ConfigureAwait(false);
    }

    public override Task RestoreAsync() => MakeMasterAsync(Copy);
}

/// <summary>kill -9 of the node that only votes.</summary>
internal sealed class KillWitnessScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    private static readonly TimeSpan LeastAbsence = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(10);

    public override async Task StrikeAsync()
    {
        await Nodes.Witness.Run.KillAsync().ConfigureAwait(false);
        await Task.Delay(LeastAbsence + Fault.UpTo(LongestAbsence)).ConfigureAwait(false);
        await Scene.WaitUntilServedAsync().ConfigureAwait(false);
    }
}

/// <summary>kill -9 of all at once: everything that was confirmed is on their disks.</summary>
internal sealed class KillAllScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    public override async Task StrikeAsync()
    {
        await Task.WhenAll(Nodes.Nodes.Nodes.Select(node => node.Run.KillAsync())).ConfigureAwait(false);
        await TimeAsync("served again after the start", async () =>
        {
            await Nodes.Nodes.StartAllAsync().ConfigureAwait(false);
            await Scene.WaitUntilServedAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}

/// <summary>kill -9 of a node, and its folder is deleted: it comes back as a copy of what the others have.</summary>
/// <param name="isWitness">The witness, started again at once; else a node with data, once it is out of the in-sync sets: before that the set may rely on what it has.</param>
internal sealed class WipeScript(FaultScene scene, Fault fault, bool isWitness) : FaultScript(scene, fault)
{
    private ClusterNode Victim => isWitness ? Nodes.Witness : Master;

    public override async Task StrikeAsync()
    {
        await Victim.Run.KillAsync().ConfigureAwait(false);
        if (!isWitness)
        {
            await WaitUntilAloneAsync(Copy).ConfigureAwait(false);
        }

        Directory.Delete(Victim.DataDir, recursive: true);
    }
}

using Rocket.TestCluster.Nodes;

namespace Rocket.Benchmarks.Faults;

/// <summary>A node stands still (SIGSTOP) until the others have long gone on without it, and then goes on where it was.</summary>
/// <param name="isMaster">The node that leads the broker; else one that leads nothing.</param>
internal sealed class FreezeScript(FaultScene scene, Fault fault, bool isMaster) : FaultScript(scene, fault)
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    private ClusterNode Victim => isMaster ? Master : Copy;

    public override Task PrepareAsync() => isMaster ? Task.CompletedTask : MakeSlaveAsync(Victim);

    public override async Task StrikeAsync()
    {
        var frozen = Task.Delay(Length);
        Victim.Run.Signal("STOP");
        try
        {
            await TimeAsync(isMaster ? "takeover" : "out of the set", () => WaitUntilAloneAsync(Scene.OtherThan(Victim))).ConfigureAwait(false);
            await frozen.ConfigureAwait(false);
        }
        finally
        {
            Victim.Run.Signal("CONT");
        }
    }

    public override async Task ReturnAsync()
    {
        if (isMaster)
        {
            await Scene.MakeWholeAsync().ConfigureAwait(false);
        }
        else
        {
            await WaitUntilBothFollowAsync(Master).ConfigureAwait(false);
        }
    }

    public override Task RestoreAsync() => isMaster ? Task.CompletedTask : MakeMasterAsync(Victim);
}

/// <summary>A node stands still for a moment: too short, just long enough, or too long for the others to go on without it.</summary>
internal sealed class FreezeBrieflyScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    public override async Task StrikeAsync()
    {
        var victim = Fault.Choose(Master, Copy, Nodes.Witness);
        victim.Run.Signal("STOP");
        try
        {
            await Task.Delay(Fault.UpTo(Longest)).ConfigureAwait(false);
        }
        finally
        {
            victim.Run.Signal("CONT");
        }

        await Scene.WaitUntilServedAsync().ConfigureAwait(false);
    }
}

using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Traffic;

namespace Rocket.Benchmarks.Faults;

/// <summary>SIGTERM of one node, and it is started again.</summary>
internal sealed class StopScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    public override async Task StrikeAsync()
    {
        var node = Fault.Choose(Master, Master, Master, Nodes.Witness);
        await TimeAsync("ended", () => StopAsync(node)).ConfigureAwait(false);
        await Scene.WaitUntilServedAsync().ConfigureAwait(false);
        await Task.Delay(Fault.UpTo(TimeSpan.FromSeconds(5))).ConfigureAwait(false);
    }

    private async Task StopAsync(ClusterNode node)
    {
        var code = await Nodes.Nodes.StopAsync(node.Name).ConfigureAwait(false);
        BrokenPromiseException.ThrowUnless(code == 0, $"{node.Name} ended with {code} after SIGTERM");
    }
}

/// <summary>SIGTERM of all at once.</summary>
internal sealed class StopAllScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    public override async Task StrikeAsync()
    {
        await TimeAsync("ended", async () =>
        {
            var codes = await Task.WhenAll(Nodes.Nodes.Nodes.Select(node => Nodes.Nodes.StopAsync(node.Name))).ConfigureAwait(false);
            BrokenPromiseException.ThrowUnless(codes.All(code => code == 0), $"after SIGTERM the nodes ended with {string.Join(", ", codes)}");
        }).ConfigureAwait(false);
        await TimeAsync("served again after the start", async () =>
        {
            await Nodes.Nodes.StartAllAsync().ConfigureAwait(false);
            await Scene.WaitUntilServedAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}

/// <summary>A person hands a broker over, and later back.</summary>
internal sealed class HandOverScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    public override Task StrikeAsync() => MoveAsync("handed over", Master, Copy);

    public override async Task ReturnAsync()
    {
        await MoveAsync("handed back", Copy, Master).ConfigureAwait(false);
        await Scene.MakeWholeAsync().ConfigureAwait(false);
    }

    private async Task MoveAsync(string what, ClusterNode from, ClusterNode to)
    {
        await TimeAsync(what, async () =>
        {
            await FaultScene.HandOverAsync(Fault.Broker, from, to).ConfigureAwait(false);
            await Nodes.WaitForPlacementAsync(Fault.Broker, to.Name, FaultScene.Patience, "node1", "node2").ConfigureAwait(false);
        }).ConfigureAwait(false);
        await Scene.WaitUntilServedAsync().ConfigureAwait(false);
    }
}

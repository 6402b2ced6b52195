using System.Diagnostics;
using Rocket.TestCluster.Nodes;

namespace Rocket.Benchmarks.Faults;

/// <summary>
/// kill -9 of two of three voters. Where a node with data is left it must answer 14 soon and confirm nothing; once one of the others is back, both brokers must be served again. Both are
/// in sync when it happens, so either of them may lead.
/// </summary>
internal sealed class KillTwoScript(FaultScene scene, Fault fault) : FaultScript(scene, fault)
{
    /// <summary>So long that the one that is left has noticed, and has left its cluster.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(9);

    public override async Task StrikeAsync()
    {
        var (left, firstBack) = Fault.Choose(
            (Master, Copy), (Master, Nodes.Witness), (Copy, Master), (Copy, Nodes.Witness), (Nodes.Witness, Master), (Nodes.Witness, Copy));
        await Task.WhenAll(Nodes.Nodes.Nodes.Where(node => node != left).Select(node => node.Run.KillAsync())).ConfigureAwait(false);
        var alone = Stopwatch.StartNew();
        if (left.Broker is { } broker)
        {
            var probe = new RefusalProbe(left, broker, Scene.TrafficOf(broker).Ledger, Fault.Number);
            await probe.RunAsync(Alone).ConfigureAwait(false);
            Times["answered 14"] = probe.FirstRefusal ?? Alone;
        }
        else
        {
            await Task.Delay(Alone).ConfigureAwait(false);
        }

        Nodes.Nodes.Start(firstBack.Name);
        await TimeAsync("served again after one is back", Scene.WaitUntilServedAsync).ConfigureAwait(false);
    }
}

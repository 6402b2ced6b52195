using System.Diagnostics;
using System.Globalization;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Traffic;

namespace Rocket.Benchmarks.Faults;

/// <summary>Does one fault after the other to a cluster under load and keeps what came of it.</summary>
/// <param name="nodes">The cluster, not started yet.</param>
/// <param name="rate">Sends in a second, for each broker.</param>
/// <param name="topics">More topics on each broker that nothing is sent to, a message in each queue apart.</param>
internal sealed class FaultRun(ReplicatedNodes nodes, int rate, int topics)
{
    /// <summary>So long after all is whole it is looked at again: a late decision may have undone it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>All was still whole, if to see that took no longer.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(0.5);

    private readonly NodeLogs _logs = new(nodes.Nodes.Folder);
    private readonly List<FaultOutcome> _outcomes = [];
    private readonly List<string> _findings = [];

    public IReadOnlyList<FaultOutcome> Outcomes => _outcomes;

    /// <summary>What a person should look at, though nothing was lost.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>The fault that is under way, or was the last one; null: none has begun.</summary>
    public Fault? Current { get; private set; }

    /// <summary>Confirmed sends so far.</summary>
    public int Confirmed { get; private set; }

    /// <exception cref="BrokenPromiseException">Something was lost, changed or came twice.</exception>
    /// <exception cref="TimeoutException">The cluster did not become whole again.</exception>
    public async Task RunAsync(IReadOnlyList<Fault> faults)
    {
        await nodes.MakeWholeAsync(FaultScene.Patience).ConfigureAwait(false);
        foreach (var broker in (string[])[ReplicatedNodes.BrokerA, ReplicatedNodes.BrokerB])
        {
            await ManyTopics.CreateAsync(nodes, broker, topics).ConfigureAwait(false);
        }

        await using var a = await BrokerTraffic.StartAsync(nodes, ReplicatedNodes.BrokerA, rate).ConfigureAwait(false);
        await using var b = await BrokerTraffic.StartAsync(nodes, ReplicatedNodes.BrokerB, rate).ConfigureAwait(false);
        var scene = new FaultScene(nodes, a, b);
        foreach (var fault in faults)
        {
            Current = fault;
            var outcome = await StrikeAsync(scene, fault).ConfigureAwait(false);
            _outcomes.Add(outcome);
            Confirmed = a.Ledger.Confirmed + b.Ledger.Confirmed;
            Say($"{outcome}\n    {Confirmed} confirmed so far, load average {LoadAverage()}");
            foreach (var limit in FaultLimits.Exceeded(outcome))
            {
                Find(fault, limit);
            }

            await SettleAsync(fault).ConfigureAwait(false);
            await Task.WhenAll(scene.Traffic.Select(traffic => traffic.CheckConsumedAsync(FaultScene.Patience))).ConfigureAwait(false);
        }

        await Task.WhenAll(scene.Traffic.Select(traffic => traffic.Producers.StopAsync())).ConfigureAwait(false);
        Confirmed = a.Ledger.Confirmed + b.Ledger.Confirmed;
        await CheckEverythingAsync(scene).ConfigureAwait(false);
    }

    private static async Task<FaultOutcome> StrikeAsync(FaultScene scene, Fault fault)
    {
        var script = FaultScripts.Of(fault, scene);
        await script.PrepareAsync().ConfigureAwait(false);
        var own = scene.TrafficOf(fault.Broker).Producers;
        var other = scene.Traffic.Single(traffic => traffic.Broker != fault.Broker).Producers;
        var (struck, struckOther) = await MeasureAsync(own, other, script.StrikeAsync).ConfigureAwait(false);
        var watch = Stopwatch.StartNew();
        var (returned, returnedOther) = await MeasureAsync(own, other, script.ReturnAsync).ConfigureAwait(false);
        var untilWhole = watch.Elapsed;
        await script.RestoreAsync().ConfigureAwait(false);
        return new FaultOutcome(fault, struck, struckOther, returned, returnedOther, untilWhole, script.Times);
    }

    private static async Task<(TrafficFigures Own, TrafficFigures Other)> MeasureAsync(Producers own, Producers other, Func<Task> act)
    {
        own.Measure();
        other.Measure();
        await act().ConfigureAwait(false);
        return (own.Figures, other.Figures);
    }

    /// <summary>Looks at the logs, and whether it stays as it should be.</summary>
    private async Task SettleAsync(Fault fault)
    {
        await Task.Delay(Settling).ConfigureAwait(false);
        var again = await nodes.MakeWholeAsync(FaultScene.Patience).ConfigureAwait(false);
        if (again > AtOnce)
        {
            Find(fault, string.Create(CultureInfo.InvariantCulture, $"it was whole, and then was not for {again.TotalSeconds:F1} s"));
        }

        foreach (var node in nodes.Nodes.Nodes.Where(node => node.UnexpectedEnds > 0))
        {
            throw new BrokenPromiseException($"{node.Name} ended by itself");
        }

        foreach (var error in _logs.ReadErrors())
        {
            Find(fault, error);
        }
    }

    /// <summary>Reads every message of both brokers from each of the two nodes, each time as their only master: so each copy is read.</summary>
    private async Task CheckEverythingAsync(FaultScene scene)
    {
        foreach (var node in new[] { nodes.Node1, nodes.Node2 })
        {
            await scene.OtherThan(node).Run.KillAsync().ConfigureAwait(false);
            foreach (var traffic in scene.Traffic)
            {
                await nodes.WaitForPlacementAsync(traffic.Broker, node.Name, FaultScene.Patience, node.Name).ConfigureAwait(false);
                Say(await ReplicatedNodes.CheckAsync(traffic.Ledger, traffic.Broker, node).ConfigureAwait(false));
            }

            await nodes.MakeWholeAsync(FaultScene.Patience).ConfigureAwait(false);
        }
    }

    private void Find(Fault fault, string what)
    {
        _findings.Add($"fault {fault.Number} ({fault.Kind.Name()}): {what}");
        Say($"  ! {what}");
    }

    private static void Say(string text) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {text}"));

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}

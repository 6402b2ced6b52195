using System.Diagnostics;
using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Load;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Running;
using static Rocket.Benchmarks.Replication.ReplicationCommand;

namespace Rocket.Benchmarks.Replication;

/// <summary>
/// A copy that has missed much comes back while producers go on: how fast it catches up, and what that costs them. The traffic is measured before the copy goes, and again from its start on.
/// </summary>
internal static class CatchUpRun
{
    private const int Slice = 4096;

    /// <summary>The nodes' code is compiled as it runs: what is measured before must not be slower for that.</summary>
    private const string WarmUpSeconds = "15";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var isFrozen = arguments.Flag("frozen");
        var missed = arguments.LongNumber("missed-mib", 1024, 1, 1 << 20) << 20;
        var load = arguments.TakeRest();
        _ = OptionsFor(load, "127.0.0.1:1");
        await using var nodes = new ReplicatedNodes();
        await nodes.MakeWholeAsync().ConfigureAwait(false);
        var broker = nodes.Node1.AddressOf(ReplicatedNodes.BrokerA);
        await LoadAsync(["--duration", WarmUpSeconds], broker).ConfigureAwait(false);
        var before = await LoadAsync([.. load], broker).ConfigureAwait(false);
        Say($"both in sync: {Figures(before)}");

        if (isFrozen)
        {
            nodes.Node2.Run.Signal("STOP");
        }
        else
        {
            await nodes.Node2.Run.KillAsync().ConfigureAwait(false);
        }

        await nodes.WaitForPlacementAsync(ReplicatedNodes.BrokerA, "node1", "node1").ConfigureAwait(false);
        await nodes.WaitForPlacementAsync(ReplicatedNodes.BrokerB, "node1", "node1").ConfigureAwait(false);
        var count = FormattableString.Invariant($"{missed / Slice}");
        await LoadAsync(["--size", FormattableString.Invariant($"{Slice}"), "--count", count], broker).ConfigureAwait(false);
        var started = Stopwatch.StartNew();
        if (isFrozen)
        {
            nodes.Node2.Run.Signal("CONT");
        }
        else
        {
            nodes.Nodes.Start("node2");
        }

        var watch = WatchAsync(nodes, started);
        var during = await LoadAsync([.. load], broker).ConfigureAwait(false);
        var isBackDuring = watch.IsCompleted;
        var (began, ended, most) = await watch.ConfigureAwait(false);
        Say($"catching up:  {Figures(during)}{(isBackDuring ? " (the copy was in sync before the end of it)" : "")}");
        var rate = most / (ended - began).TotalSeconds / 1e6;
        Say($"{most >> 20} MiB behind when it was compared, {began.TotalSeconds:F2} s after its {(isFrozen ? "return" : "start")}; in sync {(ended - began).TotalSeconds:F2} s later: {rate:F0} MB/s, and what was sent meanwhile");
        Say($"traffic while it caught up / before: {during.Produced!.MessagesPerSecond / before.Produced!.MessagesPerSecond:F2}");
        return during.HasFailed ? 1 : 0;
    }

    private static Task<LoadReport> LoadAsync(IEnumerable<string> load, string broker) => LoadCommand.RunAsync(OptionsFor(load, broker));

    /// <summary>When the copy was first told to lack something, when it was in sync, and how much it lacked at most, in bytes.</summary>
    private static async Task<(TimeSpan Began, TimeSpan Ended, long Most)> WatchAsync(ReplicatedNodes nodes, Stopwatch started)
    {
        var (began, ended, most) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        await Eventually.HoldsAsync(
            async () =>
            {
                var row = await RowAsync(nodes.Node1).ConfigureAwait(false);
                var lag = BytesOf(row?.GetValueOrDefault("lag-bytes"));
                (began, most) = (most == 0 && lag > 0 ? started.Elapsed : began, Math.Max(most, lag));
                ended = started.Elapsed;
                return most > 0 && row?["in-sync"] == "node1, node2";
            },
            Patience,
            interval: TimeSpan.FromMilliseconds(20)).ConfigureAwait(false);
        return (began, ended, most);
    }

    private static async Task<Dictionary<string, string>?> RowAsync(ClusterNode node) =>
        (await OperatorPort.AskAsync(node, "rocket/brokers").ConfigureAwait(false)).Rows
            .Select(row => row.ToDictionary(cell => cell.Key, cell => cell.Value.ToString(), StringComparer.Ordinal))
            .FirstOrDefault(row => row["broker"] == ReplicatedNodes.BrokerA);

    private static long BytesOf(string? text) => long.TryParse(text, out var bytes) ? bytes : 0;

    private static string Figures(LoadReport report) => FormattableString.Invariant(
        $"{report.Produced!.MessagesPerSecond:F0} msg/s, p50 {report.Produced.Sum.Latency.Quantile(0.5) / 1e6:F2} ms, p99 {report.Produced.Sum.Latency.Quantile(0.99) / 1e6:F2} ms, {string.Join(", ", report.Produced.Failures.Distinct())}");
}

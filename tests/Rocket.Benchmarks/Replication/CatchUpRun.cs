using System.Diagnostics;
using System.Globalization;
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
        var settings = arguments.Many("host-set");
        var load = arguments.TakeRest();
        _ = OptionsFor(load, "127.0.0.1:1");
        await using var nodes = new ReplicatedNodes(ProcessCluster.Replicated([.. settings]));
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
        var samples = await watch.ConfigureAwait(false);
        var (began, ended) = (samples.First(sample => sample.Lag > 0), samples[^1]);
        var (most, seconds) = (samples.Max(sample => sample.Lag), (ended.At - began.At).TotalSeconds);
        Say($"from its {(isFrozen ? "return" : "start")} on: {Figures(during)}");
        Say($"{most >> 20} MiB behind when it was compared, {began.At.TotalSeconds:F2} s after its {(isFrozen ? "return" : "start")}; in sync {seconds:F2} s later: {most / seconds / 1e6:F0} MB/s, and what was sent meanwhile");
        if (!isBackDuring)
        {
            Say($"the traffic ended before the copy was in sync: ask for a longer --duration");
            return 1;
        }

        Say($"messages in each second from then on (and MiB behind at its end): {string.Join(' ', Seconds(samples, began.At))}");
        Say($"traffic while it caught up / before: {Rate(began, ended) / before.Produced!.MessagesPerSecond:F2}; from its {(isFrozen ? "return" : "start")} on {Rate(samples[0], ended) / before.Produced!.MessagesPerSecond:F2}");
        return during.HasFailed ? 1 : 0;
    }

    private static Task<LoadReport> LoadAsync(IEnumerable<string> load, string broker) => LoadCommand.RunAsync(OptionsFor(load, broker));

    /// <summary>What the master tells until the copy is in sync, which the last of these is.</summary>
    private static async Task<List<Sample>> WatchAsync(ReplicatedNodes nodes, Stopwatch started)
    {
        var samples = new List<Sample>();
        await Eventually.HoldsAsync(
            async () =>
            {
                if (await RowAsync(nodes.Node1).ConfigureAwait(false) is not { } row)
                {
                    return false;
                }

                samples.Add(new Sample(started.Elapsed, NumberOf(row.GetValueOrDefault("messages")), NumberOf(row.GetValueOrDefault("lag-bytes"))));
                return row["in-sync"] == "node1, node2" && samples.Exists(sample => sample.Lag > 0);
            },
            Patience,
            interval: TimeSpan.FromMilliseconds(50)).ConfigureAwait(false);
        return samples;
    }

    private static double Rate(Sample first, Sample last) => (last.Messages - first.Messages) / (last.At - first.At).TotalSeconds;

    private static IEnumerable<string> Seconds(IEnumerable<Sample> samples, TimeSpan from) =>
        samples.Where(sample => sample.At >= from)
            .GroupBy(sample => (int)(sample.At - from).TotalSeconds)
            .Select(second => (First: second.First(), Last: second.Last()))
            .Where(second => second.Last.At > second.First.At)
            .Select(second => FormattableString.Invariant($"{Rate(second.First, second.Last):F0} ({second.Last.Lag >> 20})"));

    private static async Task<Dictionary<string, string>?> RowAsync(ClusterNode node) =>
        (await OperatorPort.AskAsync(node, "rocket/brokers").ConfigureAwait(false)).Rows
            .Select(row => row.ToDictionary(cell => cell.Key, cell => cell.Value.ToString(), StringComparer.Ordinal))
            .FirstOrDefault(row => row["broker"] == ReplicatedNodes.BrokerA);

    private static long NumberOf(string? text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Figures(LoadReport report) => FormattableString.Invariant(
        $"{report.Produced!.MessagesPerSecond:F0} msg/s, p50 {report.Produced.Sum.Latency.Quantile(0.5) / 1e6:F2} ms, p99 {report.Produced.Sum.Latency.Quantile(0.99) / 1e6:F2} ms, {string.Join(", ", report.Produced.Failures.Distinct())}");

    /// <param name="At">Since the copy came back.</param>
    /// <param name="Messages">That the broker stores.</param>
    /// <param name="Lag">Bytes that the copy lacks; 0 while it is not known.</param>
    private readonly record struct Sample(TimeSpan At, long Messages, long Lag);
}

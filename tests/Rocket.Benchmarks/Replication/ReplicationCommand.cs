using System.Globalization;
using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Compare;
using Rocket.Benchmarks.Load;
using Rocket.TestCluster.Nodes;

namespace Rocket.Benchmarks.Replication;

/// <summary><c>replication</c>: what copies cost. Two nodes with data and a witness, each time begun anew, and the load generator at one of their brokers.</summary>
internal static class ReplicationCommand
{
    private const string Asynchronous = "async-master";
    private const string Synchronous = "sync-master";

    /// <summary>Returns the exit code: 1 when a connection failed in any round.</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine, "catch-up", "frozen");
        if (arguments.Flag("catch-up"))
        {
            return await CatchUpRun.RunAsync(arguments).ConfigureAwait(false);
        }

        var rounds = arguments.Number("rounds", 5, 1, 1000);
        var load = arguments.TakeRest();
        _ = OptionsFor(load, "127.0.0.1:1");
        var results = new Dictionary<string, List<LoadReport>> { [Asynchronous] = [], [Synchronous] = [] };
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (role, reports) in results)
            {
                var report = await RunOnceAsync(role, load).ConfigureAwait(false);
                reports.Add(report);
                Say($"round {round} {role,-12} {report.Produced!.MessagesPerSecond:F0} msg/s, p99 {Latency99(report):F2} ms, {string.Join(", ", report.Produced.Failures.Distinct())}");
            }
        }

        Say($"{"median (least..most)",-24} {Asynchronous,-34} {Synchronous,-34} {Synchronous} / {Asynchronous}");
        Row("msg/s", "F0", report => report.Produced!.MessagesPerSecond);
        Row("latency p50 ms", "F2", report => report.Produced!.Sum.Latency.Quantile(0.5) / 1e6);
        Row("latency p99 ms", "F2", Latency99);
        return results.Values.SelectMany(reports => reports).Any(report => report.HasFailed) ? 1 : 0;

        void Row(string name, string format, Func<LoadReport, double> value)
        {
            var without = Spread.Of(results[Asynchronous].Select(value));
            var with = Spread.Of(results[Synchronous].Select(value));
            Say($"{name,-24} {without.ToText(format),-34} {with.ToText(format),-34} {with.Median / without.Median:F3}");
        }
    }

    /// <summary>What the generator does to one broker.</summary>
    internal static LoadOptions OptionsFor(IEnumerable<string> load, string broker) => LoadOptions.Parse([.. load, "--broker", broker]);

    internal static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    private static async Task<LoadReport> RunOnceAsync(string role, IReadOnlyList<string> load)
    {
        await using var nodes = new ReplicatedNodes(ProcessCluster.Replicated($"rocket.broker-defaults.broker-role = {role}"));
        await nodes.MakeWholeAsync().ConfigureAwait(false);
        return await LoadCommand.RunAsync(OptionsFor(load, nodes.Node1.AddressOf(ReplicatedNodes.BrokerA))).ConfigureAwait(false);
    }

    private static double Latency99(LoadReport report) => report.Produced!.Sum.Latency.Quantile(0.99) / 1e6;
}

using System.Globalization;
using System.Runtime.InteropServices;
using Rocket.Benchmarks.CommandLine;
using Rocket.Benchmarks.Load;

namespace Rocket.Benchmarks.Compare;

/// <summary>
/// <c>compare</c>: floor and Rocket in turn, so that what else the machine does meets both alike. Each round starts the process anew with empty data.
/// </summary>
internal static class CompareCommand
{
    /// <summary>Returns the exit code: 1 when a connection failed in any round.</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine, "no-create", "produce", "consume", "both", "json");
        var dll = HostDll(arguments.Required("host"));
        var rounds = arguments.Number("rounds", 5, 1, 1000);
        Contender[] contenders = [Contender.Floor, Contender.Rocket(dll, arguments.Many("host-set"))];
        var load = arguments.TakeRest();
        _ = Options(load, port: 1, processId: 1);

        // A signal ends the round that runs and the processes it started.
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }

        var results = contenders.ToDictionary(contender => contender.Name, _ => new List<LoadReport>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var report = await RunOnceAsync(contender, load, interrupted.Token).ConfigureAwait(false);
                results[contender.Name].Add(report);
                Line($"round {round} {contender.Name,-7} {Throughput(report):F0} msg/s, p99 {Latency99(report):F3} ms, {Cpu(report):F2} µs CPU/message, peak {report.Processes[0].PeakMemory >> 20} MiB");
                foreach (var failure in report.Produced!.Failures.Distinct())
                {
                    Line($"        failed: {failure}");
                }
            }
        }

        WriteMedians(results);
        return results.Values.SelectMany(reports => reports).Any(report => report.HasFailed) ? 1 : 0;
    }

    private static async Task<LoadReport> RunOnceAsync(Contender contender, IReadOnlyList<string> load, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("rocket-compare-").FullName;
        try
        {
            var (process, port) = await contender.StartAsync(folder, cancellation).ConfigureAwait(false);
            await using var _ = process;
            var report = await LoadCommand.RunAsync(Options(load, port, process.Id)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return report;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static LoadOptions Options(IReadOnlyList<string> load, int port, int processId)
    {
        var options = LoadOptions.Parse([.. load, "--name-server", Text(port, "127.0.0.1:"), "--pid", Text(processId, "")]);
        return options.Consume || options.Journal is not null || options.Mode == SendMode.Oneway
            ? throw new UsageException("the floor only takes sends that are answered: no --consume, --both, --journal or --mode oneway here")
            : options;
    }

    /// <summary>The dll itself, or the one in a folder.</summary>
    internal static string HostDll(string path)
    {
        var dll = Directory.Exists(path) ? Path.Combine(path, "Rocket.Host.dll") : path;
        return File.Exists(dll) ? Path.GetFullPath(dll) : throw new UsageException($"--host {path}: there is no {dll}");
    }

    private static void WriteMedians(Dictionary<string, List<LoadReport>> results)
    {
        Line($"{"median (least..most)",-24} {"floor",-34} {"rocket",-34} rocket / floor");
        Row("msg/s", "F0", Throughput);
        Row("latency p50 ms", "F3", report => report.Produced!.Sum.Latency.Quantile(0.5) / 1e6);
        Row("latency p99 ms", "F3", Latency99);
        Row("CPU µs/message", "F2", Cpu);
        Row("generator CPU µs/message", "F2", report => report.MicrosecondsPerMessage(report.Processes[^1]));
        Row("peak memory MiB", "F0", report => report.Processes[0].PeakMemory / 1024.0 / 1024.0);

        void Row(string name, string format, Func<LoadReport, double> value)
        {
            var floor = Spread.Of(results["floor"].Select(value));
            var rocket = Spread.Of(results["rocket"].Select(value));
            Line($"{name,-24} {floor.ToText(format),-34} {rocket.ToText(format),-34} {rocket.Median / floor.Median:F3}");
        }
    }

    private static double Throughput(LoadReport report) => report.Produced!.MessagesPerSecond;

    private static double Latency99(LoadReport report) => report.Produced!.Sum.Latency.Quantile(0.99) / 1e6;

    private static double Cpu(LoadReport report) => report.MicrosecondsPerMessage(report.Processes[0]);

    private static string Text(int number, string before) => before + number.ToString(CultureInfo.InvariantCulture);

    private static void Line(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}

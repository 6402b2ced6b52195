using System.Runtime.InteropServices;
using Rocket.Benchmarks.CommandLine;
using Rocket.TestCluster.Nodes;
using Rocket.TestCluster.Traffic;

namespace Rocket.Benchmarks.Faults;

/// <summary><c>faults</c>: three nodes under load, and one fault after the other, of which nothing that was confirmed may be lost.</summary>
internal static class FaultsCommand
{
    private const int MostLines = 12;

    /// <summary>Returns the exit code: 1 when something was lost or changed, or the cluster did not come back.</summary>
    public static async Task<int> RunAsync(IEnumerable<string> commandLine)
    {
        var arguments = new Arguments(commandLine, "keep");
        var seed = arguments.Number("seed", Random.Shared.Next(1, int.MaxValue), 1, int.MaxValue);
        var count = arguments.Number("count", 10, 1, 10_000);
        var rate = arguments.Number("rate", 200, 1, 100_000);
        var topics = arguments.Number("topics", 0, 0, 100_000);
        var kinds = Kinds(arguments.Many("kind"));
        var keep = arguments.Flag("keep");
        arguments.Complete();

        await using var nodes = new ReplicatedNodes();
        nodes.Nodes.KeepsFolder = keep;
        Console.WriteLine($"--seed {seed} --count {count} repeats this sequence; configurations, logs and data in {nodes.Nodes.Folder}");
        var run = new FaultRun(nodes, rate, topics);
        return await EndsAsync(run, FaultPlan.Of(seed, count, kinds), nodes).ConfigureAwait(false);
    }

    private static async Task<int> EndsAsync(FaultRun run, IReadOnlyList<Fault> faults, ReplicatedNodes nodes)
    {
        // The nodes must not outlive this process, which a signal would end at once.
        var interrupted = new TaskCompletionSource<PosixSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.TrySetResult(signal.Signal);
        }

        var running = run.RunAsync(faults);
        var first = await Task.WhenAny(running, interrupted.Task).ConfigureAwait(false);
        Write(run);
        if (first == interrupted.Task)
        {
            Console.WriteLine($"interrupted by {await interrupted.Task.ConfigureAwait(false)}");
            return 130;
        }

        try
        {
            await running.ConfigureAwait(false);
            Console.WriteLine($"{run.Outcomes.Count} faults, {run.Confirmed} confirmed, 0 lost");
            return 0;
        }
        catch (Exception broken)
        {
            nodes.Nodes.KeepsFolder = true;
            // What the nodes wrote, which some messages have too, is in the files that are kept.
            Console.WriteLine($"in fault {run.Current?.ToString() ?? "0"}: {broken.GetType().Name}: {string.Join('\n', broken.Message.Split('\n').Take(MostLines))}\nkept: {nodes.Nodes.Folder}");
            return 1;
        }
    }

    private static void Write(FaultRun run)
    {
        if (run.Outcomes.Count == 0)
        {
            return;
        }

        foreach (var line in FaultReport.Lines(run.Outcomes))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(run.Findings.Count == 0 ? "nothing to look at" : $"{run.Findings.Count} to look at:");
        foreach (var finding in run.Findings)
        {
            Console.WriteLine($"  {finding.Split('\n')[0]}");
        }
    }

    private static IReadOnlyList<FaultKind> Kinds(IReadOnlyList<string> names) =>
        names.Count == 0
            ? FaultKindNames.All
            : [.. names.Select(name => FaultKindNames.All.Any(kind => kind.Name() == name)
                ? FaultKindNames.All.First(kind => kind.Name() == name)
                : throw new UsageException($"--kind {name}: one of {string.Join(", ", FaultKindNames.All.Select(kind => kind.Name()))} is wanted"))];
}

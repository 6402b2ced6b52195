using Rocket.Benchmarks.Measuring;

namespace Rocket.Benchmarks.Load;

/// <summary>What one process used in the measured time.</summary>
/// <param name="Name">"broker", or "generator" for this process.</param>
/// <param name="Cpu">Processor time in the measured time.</param>
/// <param name="PeakMemory">Bytes, since the process began.</param>
/// <param name="Memory">Bytes, at the end of the measured time.</param>
internal sealed record ProcessReport(string Name, int ProcessId, TimeSpan Cpu, long PeakMemory, long Memory);

/// <summary>The sums of one side of a run.</summary>
internal sealed record SideReport(string Name, TimeSpan Elapsed, LoadStatistics Sum, IReadOnlyList<string> Failures)
{
    public double MessagesPerSecond => Sum.Messages / Elapsed.TotalSeconds;
}

/// <summary>All that a run found out.</summary>
/// <param name="Produced">Null when the run did not produce.</param>
/// <param name="Consumed">Null when the run did not consume.</param>
/// <param name="Stored">How far the queues' ends moved from before the first to after the last send; null when the broker does not tell, or the run did not produce.</param>
internal sealed record LoadReport(
    LoadOptions Options, int Queues, SideReport? Produced, SideReport? Consumed, long? Stored, IReadOnlyList<ProcessReport> Processes)
{
    public bool HasFailed => Sides.Any(side => side.Failures.Count > 0);

    public IEnumerable<SideReport> Sides => new[] { Produced, Consumed }.OfType<SideReport>();

    /// <summary>Microseconds of processor time for one message that was stored, or read where nothing was produced.</summary>
    public double MicrosecondsPerMessage(ProcessReport process) =>
        process.Cpu.TotalMicroseconds / Math.Max(1, (Produced ?? Consumed)!.Sum.Messages);

    /// <param name="runFailures">What went wrong with the run as a whole.</param>
    public static SideReport Sum(
        string name, TimeSpan elapsed, IEnumerable<(LoadStatistics Statistics, Exception? Failure)> connections, IEnumerable<string> runFailures)
    {
        LoadStatistics sum = new();
        List<string> failures = [.. runFailures];
        foreach (var (statistics, failure) in connections)
        {
            sum.Add(statistics);
            if (failure is not null)
            {
                failures.Add(failure.Message);
            }
        }

        return new SideReport(name, elapsed, sum, failures);
    }
}

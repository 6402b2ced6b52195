using System.Diagnostics;
using System.Runtime.InteropServices;
using Rocket.Benchmarks.Measuring;

namespace Rocket.Benchmarks.Load;

/// <summary>Starts the connections of a run, leads them through its phases and adds up what they counted.</summary>
internal sealed class LoadPhases(LoadOptions options, LoadRun run, ProducerConnection[] producers, ConsumerConnection[] consumers)
{
    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="drainLimit">How long outstanding answers are waited for at the end.</param>
    public async Task<(SideReport? Produced, SideReport? Consumed, IReadOnlyList<ProcessReport> Processes)> RunAsync(TimeSpan drainLimit)
    {
        // Ctrl+C ends the run early but still reports it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using var abandonProducers = new CancellationTokenSource();
        using var abandonConsumers = new CancellationTokenSource();

        var producing = Start(producers.Select(producer => new Func<Task>(() => producer.RunAsync(abandonProducers.Token))));
        var consuming = Start(consumers.Select(consumer => new Func<Task>(() => consumer.RunAsync(abandonConsumers.Token))));
        Task everything = options.Consume ? Task.WhenAny(consuming, run.EverythingRead) : producing;
        await WaitAsync(everything, options.Warmup).ConfigureAwait(false);

        int[] processIds = [.. options.ProcessIds, Environment.ProcessId];
        var usedBefore = processIds.Select(ProcessUsage.Of).ToArray();
        var begin = Stopwatch.GetTimestamp();
        run.Phase = LoadPhase.Measure;
        await WaitAsync(everything, options.Count is null ? options.Duration : Timeout.InfiniteTimeSpan).ConfigureAwait(false);
        run.Phase = LoadPhase.Drain;
        var end = Stopwatch.GetTimestamp();
        var usedAfter = processIds.Select(UsageOrNothing).ToArray();

        await abandonConsumers.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(producing, Task.Delay(drainLimit)).ConfigureAwait(false);
        await abandonProducers.CancelAsync().ConfigureAwait(false);
        var producersEnded = await producing.ConfigureAwait(false);
        var consumersEnded = await consuming.ConfigureAwait(false);

        var produced = producers.Length == 0
            ? null
            : LoadReport.Sum("produced", Elapsed(begin, end, producersEnded), producers.Select(producer => (producer.Statistics, producer.Failure)));
        var consumed = consumers.Length == 0
            ? null
            : LoadReport.Sum("consumed", Elapsed(begin, end, consumersEnded), consumers.Select(consumer => (consumer.Statistics, consumer.Failure)));
        return (produced, consumed, [.. processIds.Select((id, index) => Report(id, usedBefore[index], usedAfter[index])).OfType<ProcessReport>()]);
    }

    private void Interrupt(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _interrupted.TrySetResult();
    }

    // The result is when the last of them ended, in Stopwatch ticks.
    private static async Task<long> Start(IEnumerable<Func<Task>> loops)
    {
        await Task.WhenAll(loops.Select(loop => Task.Run(loop)).ToArray()).ConfigureAwait(false);
        return Stopwatch.GetTimestamp();
    }

    private Task<Task> WaitAsync(Task everything, TimeSpan limit) => Task.WhenAny(everything, _interrupted.Task, Task.Delay(limit));

    private static TimeSpan Elapsed(long begin, long end, long ended) => Stopwatch.GetElapsedTime(begin, Math.Max(begin + 1, Math.Min(end, ended)));

    // A broker that was killed in the measured time has nothing to read any more.
    private static ProcessUsage? UsageOrNothing(int processId)
    {
        try
        {
            return ProcessUsage.Of(processId);
        }
        catch (CommandLine.UsageException)
        {
            return null;
        }
    }

    private static ProcessReport? Report(int processId, ProcessUsage before, ProcessUsage? after) =>
        after is not { } used
            ? null
            : new ProcessReport(
                processId == Environment.ProcessId ? "generator" : "process",
                processId,
                used.CpuTime - before.CpuTime,
                used.PeakMemory,
                used.Memory);
}

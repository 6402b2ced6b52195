using System.Diagnostics;
using System.Runtime.InteropServices;
using Rocket.Benchmarks.Measuring;

namespace Rocket.Benchmarks.Load;

/// <summary>Starts the connections of a run, leads them through its phases and adds up what they counted.</summary>
internal sealed class LoadPhases(LoadOptions options, LoadRun run, ProducerConnection[] producers, ConsumerConnection[] consumers)
{
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="drainLimit">How long outstanding answers are waited for at the end.</param>
    public async Task<(SideReport? Produced, SideReport? Consumed, IReadOnlyList<ProcessReport> Processes)> RunAsync(TimeSpan drainLimit)
    {
        // Ctrl+C ends the run early but still reports it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using var abandonProducers = new CancellationTokenSource();
        using var abandonConsumers = new CancellationTokenSource();

        run.Phase = options.Warmup == TimeSpan.Zero ? LoadPhase.Measure : LoadPhase.Warmup;
        int[] processIds = [.. options.ProcessIds, Environment.ProcessId];
        var usedBefore = processIds.Select(ProcessUsage.Of).ToArray();
        var begin = Stopwatch.GetTimestamp();
        var producing = Start(producers.Select(producer => new Func<Task>(() => producer.RunAsync(abandonProducers.Token))));
        var consuming = Start(consumers.Select(consumer => new Func<Task>(() => consumer.RunAsync(abandonConsumers.Token))));
        var everything = EverythingAsync(producing, consuming);
        _ = options.Produce ? EndSendingAsync(producing) : Task.CompletedTask;
        if (run.Phase == LoadPhase.Warmup)
        {
            await WaitAsync(everything, Task.Delay(options.Warmup)).ConfigureAwait(false);
            usedBefore = [.. processIds.Select(ProcessUsage.Of)];
            begin = Stopwatch.GetTimestamp();
            run.Phase = LoadPhase.Measure;
        }

        var stalled = options.Count is null ? Task.Delay(options.Duration) : StalledAsync();
        var first = await WaitAsync(everything, stalled).ConfigureAwait(false);
        IEnumerable<string> failures = first == stalled && options.Count is not null ? ["the run stopped: nothing was answered any more"] : [];
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
            : LoadReport.Sum("produced", Elapsed(begin, end, producersEnded), producers.Select(producer => (producer.Statistics, producer.Failure)), failures);
        var consumed = consumers.Length == 0
            ? null
            : LoadReport.Sum("consumed", Elapsed(begin, end, consumersEnded), consumers.Select(consumer => (consumer.Statistics, consumer.Failure)), failures);
        return (produced, consumed, [.. processIds.Select((id, index) => Report(id, usedBefore[index], usedAfter[index])).OfType<ProcessReport>()]);
    }

    private void Interrupt(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _interrupted.TrySetResult();
    }

    private async Task EndSendingAsync(Task producing)
    {
        await producing.ConfigureAwait(false);
        run.EndSending(producers.Sum(producer => producer.Statistics.Messages));
    }

    // The result is when the last of them ended, in Stopwatch ticks.
    private static async Task<long> Start(IEnumerable<Func<Task>> loops)
    {
        await Task.WhenAll(loops.Select(loop => Task.Run(loop)).ToArray()).ConfigureAwait(false);
        return Stopwatch.GetTimestamp();
    }

    private async Task EverythingAsync(Task producing, Task consuming)
    {
        if (options.Consume)
        {
            await Task.WhenAny(consuming, run.EverythingRead).ConfigureAwait(false);
        }

        // Readers may have the last message before its producer has the answer.
        await producing.ConfigureAwait(false);
    }

    // A count has no time to end at: it ends when nothing has been answered for long.
    private async Task StalledAsync()
    {
        var limit = StallLimit + options.Reconnect;
        var (answered, since) = (0L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(since) < limit && run.Phase == LoadPhase.Measure)
        {
            await Task.Delay(BetweenLooks).ConfigureAwait(false);
            var now = producers.Sum(producer => producer.Statistics.Requests) + consumers.Sum(consumer => consumer.Statistics.Requests);
            (answered, since) = now == answered ? (answered, since) : (now, Stopwatch.GetTimestamp());
        }
    }

    private Task<Task> WaitAsync(Task everything, Task limit) => Task.WhenAny(everything, _interrupted.Task, limit);

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

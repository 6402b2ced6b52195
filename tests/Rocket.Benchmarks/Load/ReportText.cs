using System.Globalization;
using Rocket.Benchmarks.Measuring;

namespace Rocket.Benchmarks.Load;

/// <summary>A report for people.</summary>
internal static class ReportText
{
    private const double Mebi = 1024 * 1024;

    public static void Write(TextWriter output, LoadReport report)
    {
        var options = report.Options;
        Line(output, $"{Describe(options)}, topic {options.Topic} on {report.Queues} queues");
        foreach (var side in report.Sides)
        {
            WriteSide(output, side, options);
        }

        if (report.Stored is { } stored)
        {
            Line(output, $"queues grew    {stored} messages, warm-up and unanswered sends included");
        }

        foreach (var process in report.Processes)
        {
            Line(output, $"{process.Name,-14} {report.MicrosecondsPerMessage(process):F2} µs CPU/message ({process.Cpu.TotalSeconds:F2} s), peak memory {process.PeakMemory / Mebi:F0} MiB, now {process.Memory / Mebi:F0} MiB (pid {process.ProcessId})");
        }
    }

    private static string Describe(LoadOptions options)
    {
        var produce = options.Mode switch
        {
            SendMode.Sync => "sync, 1 in flight",
            SendMode.Async => Text($"async, {options.InFlight} in flight"),
            SendMode.Oneway => "oneway",
            _ => Text($"batches of {options.MessagesPerFrame}, {options.InFlight} in flight"),
        };
        List<string> sides = [];
        if (options.Produce)
        {
            sides.Add(Text($"produce {produce} on each of {options.Connections} connections, {options.Size} B"));
        }

        if (options.Consume)
        {
            sides.Add(Text($"consume on {options.Consumers} connections, pulls of {options.PullBatch}"));
        }

        return Text($"{string.Join(" + ", sides)}, {options.Serialize} headers");
    }

    private static void WriteSide(TextWriter output, SideReport side, LoadOptions options)
    {
        var sum = side.Sum;
        if (sum.Messages == 0)
        {
            Line(output, $"{side.Name,-14} nothing in the measured time; what came during the warm-up does not count");
        }
        else
        {
            Line(output, $"{side.Name,-14} {side.MessagesPerSecond:F0} msg/s, {side.MessagesPerSecond * options.Size / Mebi:F1} MiB/s of bodies, {sum.Messages} messages in {side.Elapsed.TotalSeconds:F2} s");
        }

        WriteLatency(output, "latency ms", sum.Latency);
        WriteLatency(output, "end to end ms", sum.EndToEnd);
        var answers = sum.Answers.ToList();
        if (answers.Count > 0)
        {
            Line(output, $"answers        {string.Join(", ", answers.Select(answer => $"code {answer.Code}: {answer.Count}"))}");
        }

        if (sum.Unanswered + sum.Strays + sum.Reconnects + sum.Gaps > 0)
        {
            Line(output, $"trouble        {sum.Unanswered} unanswered, {sum.Strays} stray answers, {sum.Reconnects} reconnects, {sum.Gaps} gaps in queue offsets");
        }

        foreach (var failures in side.Failures.GroupBy(failure => failure))
        {
            Line(output, $"failed         {failures.Count()} x {failures.Key}");
        }
    }

    private static void WriteLatency(TextWriter output, string name, LatencyHistogram latency)
    {
        if (latency.Count > 0)
        {
            Line(output, $"{name,-14} p50 {Milliseconds(latency.Quantile(0.5))}, p99 {Milliseconds(latency.Quantile(0.99))}, p99.9 {Milliseconds(latency.Quantile(0.999))}, max {Milliseconds(latency.Max)}");
        }
    }

    private static string Milliseconds(long nanoseconds) => (nanoseconds / 1e6).ToString("F3", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(Text(text));
}

using System.Globalization;
using System.Text.Json;
using Rocket.Benchmarks.Measuring;

namespace Rocket.Benchmarks.Load;

/// <summary>A report for scripts: one JSON object. Durations are in the unit that their name ends with.</summary>
internal static class ReportJson
{
    public static void Write(Stream output, LoadReport report)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteString("topic", report.Options.Topic);
        writer.WriteNumber("queues", report.Queues);
        writer.WriteNumber("size", report.Options.Size);
        writer.WriteString("mode", report.Options.Mode.ToString().ToLowerInvariant());
        writer.WriteNumber("connections", report.Options.Connections);
        writer.WriteNumber("inFlight", report.Options.InFlight);
        WriteSide(writer, "produced", report.Produced);
        WriteSide(writer, "consumed", report.Consumed);
        if (report.Stored is { } stored)
        {
            writer.WriteNumber("stored", stored);
        }

        writer.WriteStartArray("processes");
        foreach (var process in report.Processes)
        {
            writer.WriteStartObject();
            writer.WriteString("name", process.Name);
            writer.WriteNumber("pid", process.ProcessId);
            writer.WriteNumber("cpuSeconds", process.Cpu.TotalSeconds);
            writer.WriteNumber("cpuMicrosecondsPerMessage", report.MicrosecondsPerMessage(process));
            writer.WriteNumber("peakMemoryBytes", process.PeakMemory);
            writer.WriteNumber("memoryBytes", process.Memory);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSide(Utf8JsonWriter writer, string name, SideReport? side)
    {
        if (side is null)
        {
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("messagesPerSecond", side.MessagesPerSecond);
        writer.WriteNumber("messages", side.Sum.Messages);
        writer.WriteNumber("requests", side.Sum.Requests);
        writer.WriteNumber("elapsedSeconds", side.Elapsed.TotalSeconds);
        WriteLatency(writer, "latencyMilliseconds", side.Sum.Latency);
        WriteLatency(writer, "endToEndMilliseconds", side.Sum.EndToEnd);
        writer.WriteStartObject("answers");
        foreach (var (code, count) in side.Sum.Answers.ToList())
        {
            writer.WriteNumber(code.ToString(CultureInfo.InvariantCulture), count);
        }

        writer.WriteEndObject();
        writer.WriteNumber("unanswered", side.Sum.Unanswered);
        writer.WriteNumber("strays", side.Sum.Strays);
        writer.WriteNumber("reconnects", side.Sum.Reconnects);
        writer.WriteNumber("gaps", side.Sum.Gaps);
        writer.WriteStartArray("failures");
        foreach (var failure in side.Failures)
        {
            writer.WriteStringValue(failure);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteLatency(Utf8JsonWriter writer, string name, LatencyHistogram latency)
    {
        if (latency.Count == 0)
        {
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteNumber("p50", latency.Quantile(0.5) / 1e6);
        writer.WriteNumber("p99", latency.Quantile(0.99) / 1e6);
        writer.WriteNumber("p999", latency.Quantile(0.999) / 1e6);
        writer.WriteNumber("max", latency.Max / 1e6);
        writer.WriteEndObject();
    }
}

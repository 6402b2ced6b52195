using System.Globalization;
using Rocket.Benchmarks.Measuring;

namespace Rocket.Benchmarks.Soak;

/// <summary>One row of the curve.</summary>
/// <param name="At">Time since the start of the traffic.</param>
/// <param name="Memory">VmRSS of the node, bytes.</param>
/// <param name="Handles">Open files and sockets of the node.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="CpuShare">Processor time over wall time; 1 is one core.</param>
/// <param name="Disk">Bytes in its data folder.</param>
/// <param name="SentPerSecond">Single sends that were answered.</param>
/// <param name="ReadPerSecond">Messages that consumers got.</param>
/// <param name="Median">Median time of a send, nanoseconds.</param>
/// <param name="P99">99th percentile.</param>
/// <param name="Greatest">The slowest send.</param>
/// <param name="Refused">Answers other than a success, <c>code:count</c>.</param>
internal sealed record SoakSample(
    TimeSpan At, long Memory, int Handles, int Threads, double CpuShare, long Disk, double SentPerSecond, double ReadPerSecond, long Median, long P99, long Greatest, string Refused)
{
    private const long Mebi = 1 << 20;

    public const string Header =
        "   time  memory MiB  handles  threads   CPU  disk MiB  sent/s  read/s  p50 ms  p99 ms   max ms  refused";

    /// <summary>Reads what the kernel knows of a process and its folder.</summary>
    public static SoakSample Take(TimeSpan at, TimeSpan since, int processId, ProcessUsage before, string folder, SoakTraffic traffic)
    {
        var usage = ProcessUsage.Of(processId);
        var (sent, read, latency, refused) = traffic.Take();
        return new SoakSample(
            at,
            usage.Memory,
            Directory.GetFileSystemEntries($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/fd").Length,
            Directory.GetDirectories($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/task").Length,
            (usage.CpuTime - before.CpuTime) / since,
            SizeOf(folder),
            sent / since.TotalSeconds,
            read / since.TotalSeconds,
            latency.Quantile(0.5),
            latency.Quantile(0.99),
            latency.Max,
            refused);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{At.TotalSeconds,6:F0} s  {Memory / Mebi,10}  {Handles,7}  {Threads,7}  {CpuShare,4:F2}  {Disk / Mebi,8}  {SentPerSecond,6:F0}  {ReadPerSecond,6:F0}  {Median / 1e6,6:F2}  {P99 / 1e6,6:F2}  {Greatest / 1e6,7:F1}  {Refused}");

    private static long SizeOf(string folder)
    {
        long bytes = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            try
            {
                bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Retention deleted it since it was listed.
            }
        }

        return bytes;
    }
}

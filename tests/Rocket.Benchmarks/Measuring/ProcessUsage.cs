using System.Globalization;
using Rocket.Benchmarks.CommandLine;

namespace Rocket.Benchmarks.Measuring;

/// <summary>What a process has used so far, read from /proc (Linux only).</summary>
/// <param name="CpuTime">User and system time of all its threads (/proc/PID/stat); the kernel counts in steps of 10 ms.</param>
/// <param name="PeakMemory">VmHWM in bytes (/proc/PID/status).</param>
/// <param name="Memory">VmRSS in bytes.</param>
internal readonly record struct ProcessUsage(TimeSpan CpuTime, long PeakMemory, long Memory)
{
    // USER_HZ is part of the kernel's interface: 100 on every architecture that .NET runs on.
    private const int TicksPerSecond = 100;

    /// <exception cref="UsageException">There is no such process, or no /proc.</exception>
    public static ProcessUsage Of(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");

            // The second field is the program's name in brackets and may hold blanks; the first field after it is number 3.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[14 - 3], CultureInfo.InvariantCulture) + long.Parse(fields[15 - 3], CultureInfo.InvariantCulture);
            var status = File.ReadAllLines($"/proc/{processId}/status");
            return new ProcessUsage(TimeSpan.FromSeconds((double)ticks / TicksPerSecond), Kilobytes(status, "VmHWM:"), Kilobytes(status, "VmRSS:"));
        }
        catch (IOException problem)
        {
            throw new UsageException($"process {processId} can't be read: {problem.Message}");
        }
    }

    private static long Kilobytes(string[] status, string name)
    {
        var line = status.FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal))
            ?? throw new IOException($"{name} is not in its status");
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
